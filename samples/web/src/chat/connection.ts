import { type HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";
import { backOff, Pause } from "./backoff";
import type { Notice } from "./wire";

/** Why a connection is not made again: `unauthenticated` wants another token, `forbidden` another name. */
export type EndReason = "stopped" | "unauthenticated" | "forbidden" | "kicked" | "banned";

export type ConnectionState =
  | { readonly kind: "connecting"; readonly again: boolean }
  | { readonly kind: "connected" }
  /** The connection was lost, or could not be made: `crowded` when there are too many. `until` is when it is tried again, as `Date.now()` counts. */
  | { readonly kind: "waiting"; readonly until: number; readonly crowded: boolean }
  | { readonly kind: "ended"; readonly reason: EndReason };

export interface ConnectionOptions {
  /** Address of the hub; `/chat` of this page's own server unless given. */
  readonly url?: string;
  /** Who is calling, where the server believes it (`Claimed`). */
  readonly user?: string;
  /** The token, or API key, to present. Asked for at every attempt, so that it may change. */
  readonly token?: () => string;
}

/** The parts of SignalR's connection that are used here. */
export type Hub = Pick<HubConnection, "state" | "start" | "stop" | "invoke" | "on" | "onclose">;

const REFUSALS: Readonly<Record<string, EndReason>> = { 401: "unauthenticated", 403: "forbidden" };
const TOO_MANY = "429";

// One that ends sooner than this is no reason to start again with short waits.
const LASTING = 5000;

/** A connection to /chat, made again until the server refuses it or `stop` is called. SignalR's own reconnect leaves out the first, and an end by the server. */
export class Connection {
  state: ConnectionState = { kind: "ended", reason: "stopped" };
  private readonly listeners: ((state: ConnectionState) => void)[] = [];
  private readonly pause = new Pause();
  private reason: EndReason | null = null;
  private retryAfter = 0;
  private closed: () => void = () => undefined;
  private running: Promise<void> | null = null;

  /** @param hub in place of a real one, for tests. */
  constructor(options: ConnectionOptions, private readonly hub: Hub = hubOf(options)) {
    hub.onclose(() => this.closed());
    hub.on("ReceiveNotice", ({ code, retryAfter = 0 }: Notice) => {
      if (code === "kicked" || code === "banned" || code === "unauthenticated") this.reason = code;
      this.retryAfter = retryAfter;
    });
  }

  get isUp(): boolean {
    return this.state.kind === "connected" && this.hub.state === HubConnectionState.Connected;
  }

  /** Hears of every change of the state. */
  onState(listener: (state: ConnectionState) => void): void {
    this.listeners.push(listener);
  }

  /** Hears what the server calls, such as `ReceiveMessage`. */
  on<T>(method: string, handler: (argument: T) => void): void {
    this.hub.on(method, handler);
  }

  /** Calls the hub; rejects at once when there is no connection, and when the connection ends before the answer. */
  call<T>(method: string, argument: object): Promise<T> {
    return this.hub.invoke<T>(method, argument);
  }

  /** Connects, and stays connected. Also after an end, when the reason for it is gone. */
  start(): void {
    if (this.running) return;
    this.reason = null;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.reason = "stopped";
    this.pause.cutShort();
    await this.hub.stop();
    await this.running;
  }

  /** Tries again now, if it was waiting: the network is back, or the user is. */
  readonly retry = (): void => this.pause.cutShort();

  /** Gives up a connection that is probably dead, such as when the network is gone, and makes a new one. */
  async renew(): Promise<void> {
    if (this.isUp) await this.hub.stop();
  }

  private async run(): Promise<void> {
    for (let attempt = 0, again = false; this.reason === null; again = true) {
      this.show({ kind: "connecting", again });
      const begun = Date.now();
      let status = "";
      try {
        const closed = new Promise<void>((resolve) => (this.closed = resolve));
        await this.hub.start();
        this.show({ kind: "connected" });
        await closed;
        if (Date.now() - begun > LASTING) attempt = 0;
      } catch (error) {
        status = statusOf(error);
        this.reason ??= REFUSALS[status] ?? null;
      }
      if (this.reason !== null) break;
      const wait = Math.max(backOff(attempt++), this.retryAfter * 1000);
      this.retryAfter = 0;
      this.show({ kind: "waiting", until: Date.now() + wait, crowded: status === TOO_MANY });
      await this.pause.wait(wait);
    }
    this.running = null;
    this.show({ kind: "ended", reason: this.reason });
  }

  private show(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

function hubOf({ url = "/chat", user, token }: ConnectionOptions): Hub {
  return new HubConnectionBuilder()
    .withUrl(user === undefined ? url : `${url}?userid=${encodeURIComponent(user)}`, token ? { accessTokenFactory: token } : {})
    .configureLogging(LogLevel.None).build();
}

// SignalR tells the HTTP status of a failed negotiation only in its text.
const statusOf = (error: unknown): string => /Status code '(\d+)'/.exec(error instanceof Error ? error.message : "")?.[1] ?? "";
