import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeStorage } from "chat-client/testing";

const forbidden = () => {
  throw new DOMException("Access is denied.", "SecurityError");
};

/** Loads the module in a browser with this storage. */
async function open(get: () => unknown) {
  vi.resetModules();
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { configurable: true, get });
  return (await import("../storage")).local;
}

const keysOf = ({ length, key }: { length: number; key: (at: number) => string | null }, local: object) =>
  Array.from({ length }, (_, at) => key.call(local, at)).sort();

describe("FallbackStorage", () => {
  afterEach(() => {
    for (const name of ["localStorage", "sessionStorage"]) Reflect.deleteProperty(globalThis, name);
  });

  it("keeps entries in the browser's storage", async () => {
    const storage = new FakeStorage();
    const local = await open(() => storage);
    local.setItem("theme", "dark");
    expect(storage.getItem("theme")).toBe("dark");
    local.removeItem("theme");
    expect(storage.length).toBe(0);
  });

  it.each([
    ["throws on access", forbidden],
    ["is missing", () => null],
    ["throws on every use", () => ({ get length() { return forbidden(); }, key: forbidden, getItem: forbidden, setItem: forbidden, removeItem: forbidden })],
    ["is full", () => new FakeStorage(0)],
  ])("keeps entries in memory where the storage %s", async (_, get) => {
    const local = await open(get);
    expect(local.getItem("theme")).toBeNull();
    local.setItem("theme", "dark");
    local.setItem("theme", "light");
    local.setItem("language", "zh");
    expect(local.getItem("theme")).toBe("light");
    expect(keysOf(local, local)).toEqual(["language", "theme"]);
    local.removeItem("theme");
    expect(local.getItem("theme")).toBeNull();
    expect(keysOf(local, local)).toEqual(["language"]);
  });

  it("returns the newest value of each key where the storage fills up", async () => {
    const storage = new FakeStorage(1);
    const local = await open(() => storage);
    local.setItem("theme", "dark");
    storage.setItem = forbidden;
    local.setItem("theme", "light");
    local.setItem("language", "zh");
    expect(local.getItem("theme")).toBe("light");
    expect(new Set(keysOf(local, local))).toEqual(new Set(["language", "theme"]));
    Reflect.deleteProperty(storage, "setItem");
    local.setItem("theme", "system");
    expect(storage.getItem("theme")).toBe("system");
    expect(local.getItem("theme")).toBe("system");
  });
});
