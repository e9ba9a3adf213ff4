import { Connection, type EndReason, Topics } from "chat-client";
import { Series } from "./series";
import { type ServerStats, TOPIC } from "./stats";

/** Why there are no figures to be had: as a connection ends, or because they are not for this key. */
export type WatchEnd = Exclude<EndReason, "stopped">;

// Figures come once a second; a late one is no reason to worry anybody.
const FRESH = 3500;

/** The server's figures as they come, over any number of connections. */
export class Watch {
  readonly series = new Series();
  private readonly topics: Topics;
  private heardAt = 0;

  /**
   * @param changed hears that there are new figures, or that they have stopped coming.
   * @param ended hears that there will be none.
   */
  constructor(
    private readonly connection: Connection,
    /** Who it claims to be; where tokens say who is, nobody is called so. */
    readonly user: string,
    changed: () => void,
    ended: (reason: WatchEnd) => void,
  ) {
    this.topics = new Topics(connection);
    this.topics.subscribe<ServerStats>(
      TOPIC,
      ({ value, publishedAt }) => {
        this.heardAt = Date.now();
        this.series.add(Date.parse(publishedAt) / 1000, value);
        changed();
      },
      ({ retryable }) => {
        if (retryable) connection.renew();
        else ended("forbidden");
      },
    );
    connection.onState((state) => {
      if (state.kind === "ended" && state.reason !== "stopped") ended(state.reason);
      else changed();
    });
    connection.start();
  }

  /** Somebody has to be the user: where tokens say who is, the key's name; otherwise nobody that a person would be. */
  static with(key: string, changed: () => void, ended: (reason: WatchEnd) => void): Watch {
    const user = `dashboard-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36)}`;
    return new Watch(new Connection({ url: "chat", user, ...(key && { token: () => key }) }), user, changed, ended);
  }

  get isLive(): boolean {
    return this.connection.isUp && Date.now() - this.heardAt < FRESH;
  }

  /** Tries again now, if it was waiting. */
  retry(): void {
    this.connection.retry();
  }

  end(): void {
    void this.connection.stop();
  }
}
