const MAX_SECONDS = 10;

/** Returns the milliseconds to wait before an attempt: short at first, then longer, and random so that clients do not reconnect together. */
export const backOff = (attempt: number): number => Math.min(MAX_SECONDS, 0.5 * 2 ** attempt) * 1000 * (0.5 + Math.random() / 2);

/** A wait that can be ended early. */
export class Pause {
  end: () => void = () => undefined;

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.end = () => (clearTimeout(timer), resolve());
    });
  }
}
