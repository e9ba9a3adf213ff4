import { vi } from "vitest";

/** Waits until it is so. Machines are shared and slow; a test that passes never waits so long. */
export const until = <T>(isSo: () => T | Promise<T>): Promise<T> => vi.waitFor(isSo, { timeout: 30_000, interval: 5 });
