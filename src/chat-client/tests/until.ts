import { vi } from "vitest";

/** Waits until an assertion passes. The long timeout is for slow machines. */
export const until = <T>(assertion: () => T | Promise<T>): Promise<T> => vi.waitFor(assertion, { timeout: 30_000, interval: 5 });
