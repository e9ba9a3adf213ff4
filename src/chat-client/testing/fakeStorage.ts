/** A `localStorage` in memory, for tests. */
export class FakeStorage {
  private readonly items = new Map<string, string>();

  /** @param capacity the largest number of entries. */
  constructor(public capacity = Infinity) {}

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
    if (this.items.size >= this.capacity && !this.items.has(key)) throw new Error("QuotaExceededError");
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
