/** What a page keeps in the browser's storage; in memory, as long as the page lives, where that is full or forbidden. */
class Kept implements Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem"> {
  private readonly memory = new Map<string, string>();

  /** @param storage where it is forbidden, to name it is an error. */
  constructor(private readonly storage: () => Storage) {}

  get length(): number {
    return this.stored + this.memory.size;
  }

  /** One that the storage has in an older version has two places. */
  key(at: number): string | null {
    const { stored } = this;
    return at < stored ? this.attempt((storage) => storage.key(at), null) : ([...this.memory.keys()][at - stored] ?? null);
  }

  getItem(key: string): string | null {
    return this.memory.get(key) ?? this.attempt((storage) => storage.getItem(key), null);
  }

  setItem(key: string, value: string): void {
    this.memory.set(key, value);
    this.attempt((storage) => {
      storage.setItem(key, value);
      this.memory.delete(key);
    }, undefined);
  }

  removeItem(key: string): void {
    this.memory.delete(key);
    this.attempt((storage) => storage.removeItem(key), undefined);
  }

  private get stored(): number {
    return this.attempt(({ length }) => length, 0);
  }

  private attempt<T>(what: (storage: Storage) => T, otherwise: T): T {
    try {
      return what(this.storage());
    } catch {
      return otherwise;
    }
  }
}

/** For all tabs. */
export const local = new Kept(() => localStorage);

/** For this tab alone. */
export const tab = new Kept(() => sessionStorage);
