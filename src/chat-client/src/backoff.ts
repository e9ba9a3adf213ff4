const MAX_SECONDS = 10;

/** Milliseconds to wait before an attempt: soon at first, then longer, and never the same for every client. */
export const backOff = (attempt: number): number => Math.min(MAX_SECONDS, 0.5 * 2 ** attempt) * 1000 * (0.5 + Math.random() / 2);

/** Waits that can be cut short. */
export class Pause {
  cutShort: () => void = () => undefined;

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.cutShort = () => (clearTimeout(timer), resolve());
    });
  }
}
