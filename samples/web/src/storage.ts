/** The browser's storage, with a fallback to memory where that is full or forbidden. The memory lasts as long as the page. */
class FallbackStorage implements Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem"> {
  private readonly memory = new Map<string, string>();

  /** @param storage returns the storage. Where storage is forbidden, already the access throws. */
  constructor(private readonly storage: () => Storage) {}

  get length(): number {
    return this.stored + this.memory.size;
  }

  /** A key appears twice when the memory holds a newer value than the storage. */
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

  private attempt<T>(action: (storage: Storage) => T, fallback: T): T {
    try {
      return action(this.storage());
    } catch {
      return fallback;
    }
  }
}

/** Storage shared by all tabs. */
export const local = new FallbackStorage(() => localStorage);

/** Storage of this tab alone. */
export const tab = new FallbackStorage(() => sessionStorage);
