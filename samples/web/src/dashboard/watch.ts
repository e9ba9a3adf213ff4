import { Connection, type EndReason, Topics } from "chat-client";
import { Series } from "./series";
import { type ServerStats, TOPIC } from "./stats";

/** The reason why there are no figures: the end of the connection, or a key that does not allow them. */
export type WatchEnd = Exclude<EndReason, "stopped">;

// Milliseconds without new figures until they are stale. The server sends them once a second.
const FRESH = 3500;

/** The server's live figures, over any number of connections. */
export class Watch {
  readonly series = new Series();
  private readonly topics: Topics;
  private receivedAt = 0;

  /**
   * @param changed is called for new figures and for state changes.
   * @param ended is called when there will be no more figures.
   */
  constructor(
    private readonly connection: Connection,
    /** The claimed user id. In the identity mode `Jwt` the server ignores it. */
    readonly user: string,
    changed: () => void,
    ended: (reason: WatchEnd) => void,
  ) {
    this.topics = new Topics(connection);
    this.topics.subscribe<ServerStats>(
      TOPIC,
      ({ value, publishedAt }) => {
        this.receivedAt = Date.now();
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

  /** Connects with a key. Every connection needs a user: in the mode `Jwt` the key's name, in the mode `Claimed` a random name that no user has. */
  static with(key: string, changed: () => void, ended: (reason: WatchEnd) => void): Watch {
    const user = `dashboard-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36)}`;
    return new Watch(new Connection({ url: "chat", user, ...(key && { token: () => key }) }), user, changed, ended);
  }

  get isLive(): boolean {
    return this.connection.isUp && Date.now() - this.receivedAt < FRESH;
  }

  /** Ends the wait before the next attempt to connect. */
  retry(): void {
    this.connection.retry();
  }

  end(): void {
    void this.connection.stop();
  }
}
