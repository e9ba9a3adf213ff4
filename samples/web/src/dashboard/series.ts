import type { ServerStats } from "./stats";

/** The seconds that the charts show. */
export const WINDOW = 300;

// Seconds between two samples that make a visible gap. The server sends figures once a second.
const GAP = 2.5;

export type Pick = (stats: ServerStats) => number;

interface Sample {
  /** Seconds since 1970, by the server's clock. */
  readonly at: number;
  readonly stats: ServerStats;
}

/** The figures of the last minutes, in order of time. */
export class Series {
  private samples: Sample[] = [];

  get latest(): Sample | undefined {
    return this.samples.at(-1);
  }

  add(at: number, stats: ServerStats): void {
    // After the server's clock was set back, the new samples replace those of the same time.
    this.samples = this.samples.filter((sample) => sample.at < at && sample.at >= at - WINDOW);
    this.samples.push({ at, stats });
  }

  /** Returns the times, and a column for each figure. A gap is a row of nulls. */
  columns(picks: readonly Pick[]): [number[], ...(number | null)[][]] {
    const times: number[] = [];
    const columns: (number | null)[][] = picks.map(() => []);
    let before: number | undefined;
    for (const { at, stats } of this.samples) {
      if (before !== undefined && at - before > GAP) {
        times.push(before + 1);
        for (const column of columns) column.push(null);
      }
      times.push(at);
      picks.forEach((pick, i) => columns[i]?.push(pick(stats)));
      before = at;
    }
    return [times, ...columns];
  }

  /** Returns the growth of a total. A total that fell began at zero again, because the server restarted. */
  growth(total: Pick): number {
    let growth = 0;
    for (let i = 1; i < this.samples.length; i++) {
      const [before, now] = [this.samples[i - 1]!, this.samples[i]!].map(({ stats }) => total(stats)) as [number, number];
      growth += now < before ? now : now - before;
    }
    return growth;
  }
}
