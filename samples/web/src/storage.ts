/** What a page keeps in the browser. */
type Kept = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

/** Keeps as long as the page lives: for a browser that forbids more. */
class Memory implements Kept {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  key(at: number): string | null {
    return [...this.items.keys()][at] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

// Where it is forbidden, to name it is an error.
function allowed(storage: () => Storage): Kept {
  try {
    return storage();
  } catch {
    return new Memory();
  }
}

/** For all tabs. */
export const local = allowed(() => localStorage);

/** For this tab alone. */
export const tab = allowed(() => sessionStorage);
