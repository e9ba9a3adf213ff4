import { HubConnectionState, type HttpTransportType } from "@microsoft/signalr";
import type { ConnectRefusal } from "./answers";
import { backOff, Pause } from "./backoff";
import { type Hub, type HubOptions, SignalRHub } from "./hub";
import { TransportChoice } from "./transports";
import { callLimitOf, type Notice } from "./wire";

/**
 * The reason why the client does not reconnect. `unauthenticated` needs another token, `name` another user, `origin` a page from another address.
 * `banned` and `kicked` are an operator's decision. `forbidden` is any other refusal of the server.
 */
export type EndReason = "stopped" | "unauthenticated" | "forbidden" | "name" | "origin" | "kicked" | "banned";

export type ConnectionState =
  | { readonly kind: "connecting"; readonly again: boolean }
  | { readonly kind: "connected" }
  /** The connection was lost or refused. `crowded`: the server has too many connections. `until`: time of the next attempt, in the unit of `Date.now()`. */
  | { readonly kind: "waiting"; readonly until: number; readonly crowded: boolean }
  /** `text` is the server's own text, if it sent one. */
  | { readonly kind: "ended"; readonly reason: EndReason; readonly text?: string };

export type ConnectionOptions = HubOptions;

/** Creates the hub for one attempt to connect. */
export type MakeHub = (transports: HttpTransportType) => Hub;

// The client retries after every other code: its cause may be temporary.
const REFUSALS: Readonly<Record<string, EndReason>> = { unauthenticated: "unauthenticated", bad_user_id: "name" };
const REASONS = ["banned", "name", "origin"] as const;

// Milliseconds for the server to answer the close of a connection.
const STOP_TIMEOUT = 5000;

// Upper bound of what SignalR adds to the argument of a call.
const ENVELOPE_BYTES = 100;

// A connection that ends earlier than this many milliseconds does not reset the back-off.
const STABLE_AFTER = 5000;

const ended = () => new Error("The connection has ended.");

/**
 * A connection to /chat. It reconnects until the server refuses it or the page calls `stop`. SignalR's automatic reconnect does not retry the first attempt,
 * nor after a close by the server.
 */
export class Connection {
  state: ConnectionState = { kind: "ended", reason: "stopped" };
  private readonly listeners: ((state: ConnectionState) => void)[] = [];
  private readonly handlers: [method: string, handler: (argument: never) => void][] = [];
  private readonly choice = new TransportChoice();
  private readonly pause = new Pause();
  private readonly makeHub: MakeHub;
  private hub: Hub | null = null;
  /** Each entry rejects a call that has no answer yet. */
  private readonly pending = new Set<(error: Error) => void>();
  private endReason: EndReason | null = null;
  private endText: string | undefined;
  private retryAfter = 0;
  /** Abandons the current attempt or connection. */
  private abandon: () => void = () => undefined;
  private running: Promise<void> | null = null;

  /** @param makeHub replaces the SignalR hub in tests. */
  constructor(options: ConnectionOptions, makeHub: MakeHub = (transports) => new SignalRHub(options, transports)) {
    this.makeHub = makeHub;
    this.on("ReceiveNotice", ({ code, retryAfter = 0 }: Notice) => {
      if (code === "kicked" || code === "banned" || code === "unauthenticated") this.endReason = code;
      this.retryAfter = retryAfter;
    });
  }

  get isUp(): boolean {
    return this.state.kind === "connected" && this.hub?.state === HubConnectionState.Connected;
  }

  /** Registers a listener for state changes. */
  onState(listener: (state: ConnectionState) => void): void {
    this.listeners.push(listener);
  }

  /** Registers a handler for a method that the server calls, such as `ReceiveMessage`. */
  on<T>(method: string, handler: (argument: T) => void): void {
    this.handlers.push([method, handler]);
    if (this.hub) this.register(this.hub, method, handler);
  }

  /** Calls the hub. Rejects when there is no connection, or when the connection ends before the answer. */
  async call<T>(method: string, argument: object): Promise<T> {
    const { hub } = this;
    if (!hub) throw new Error("There is no connection.");
    let fail: (error: Error) => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.pending.add((fail = reject));
        hub.invoke<T>(method, argument).then(resolve, reject);
      });
    } catch (error) {
      // One call was too large, and the server closed the connection for all of them. Only the large call fails with `too_large`.
      const limit = callLimitOf(error);
      if (limit !== null && new TextEncoder().encode(JSON.stringify(argument)).length + ENVELOPE_BYTES <= limit) throw ended();
      throw error;
    } finally {
      this.pending.delete(fail);
    }
  }

  /** Connects and reconnects. Can be called again after the connection has ended. */
  start(): void {
    if (this.running) return;
    this.endReason = null;
    this.endText = undefined;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.endReason = "stopped";
    this.pause.end();
    this.abandon();
    await this.running;
  }

  /** Ends the wait before the next attempt, for example when the network is back. */
  readonly retry = (): void => this.pause.end();

  /** Abandons a connection that is probably dead, for example when the network is gone, and reconnects. */
  renew(): void {
    this.choice.forget();
    if (this.isUp) this.abandon();
  }

  private async run(): Promise<void> {
    for (let attempt = 0, again = false; this.endReason === null; again = true) {
      this.setState({ kind: "connecting", again });
      const hub = (this.hub = this.makeHub(this.choice.allowed));
      for (const [method, handler] of this.handlers) this.register(hub, method, handler);
      const abandoned = new Promise<"abandoned">((resolve) => (this.abandon = () => resolve("abandoned")));
      const closed = new Promise<void>((resolve) => hub.onclose(() => resolve()));
      if (this.endReason !== null) this.abandon(); // a state listener called stop
      if (await this.connect(hub, abandoned)) {
        const connectedAt = Date.now();
        this.setState({ kind: "connected" });
        await Promise.race([closed, abandoned]);
        if (Date.now() - connectedAt > STABLE_AFTER) {
          attempt = 0;
          this.choice.lasted();
        }
      }
      await this.end(hub);
      const { refusal } = hub;
      if (refusal) this.applyRefusal(refusal);
      if (this.endReason !== null) break;
      const wait = Math.max(backOff(attempt++), this.retryAfter * 1000);
      this.retryAfter = 0;
      this.setState({ kind: "waiting", until: Date.now() + wait, crowded: refusal?.code === "rate_limited" });
      if (this.endReason === null) await this.pause.wait(wait);
    }
    this.running = null;
    this.setState({ kind: "ended", reason: this.endReason, ...(this.endText !== undefined && { text: this.endText }) });
  }

  /** Starts the hub. Returns false when the start fails, is abandoned, or gets no answer before the deadline. */
  private async connect(hub: Hub, abandoned: Promise<"abandoned">): Promise<boolean> {
    const deadline = new Pause();
    const outcome = await Promise.race([
      hub.start().then(() => "connected" as const, () => "failed" as const),
      deadline.wait(this.choice.deadline).then(() => "silent" as const),
      abandoned,
    ]);
    deadline.end();
    if (outcome === "silent") this.choice.silent(hub.transport);
    if (outcome === "failed") this.choice.failed(hub.transport);
    if (outcome === "connected") this.choice.connected();
    return outcome === "connected";
  }

  /** Closes an open connection, then aborts the requests that are still open. */
  private async end(hub: Hub): Promise<void> {
    if (hub.state === HubConnectionState.Connected) {
      const limit = new Pause();
      await Promise.race([hub.stop().catch(() => undefined), limit.wait(STOP_TIMEOUT)]);
      limit.end();
    }
    this.hub = null;
    hub.abort();
    // SignalR rejects its calls only after its close, and an abandoned hub may never close.
    for (const fail of this.pending) fail(ended());
  }

  private register<T>(hub: Hub, method: string, handler: (argument: T) => void): void {
    hub.on(method, (argument: T) => {
      if (this.hub === hub) handler(argument);
    });
  }

  private applyRefusal({ code, text, reason }: ConnectRefusal): void {
    const endReason = code === "forbidden" ? (REASONS.find((known) => known === reason) ?? "forbidden") : REFUSALS[code];
    if (!endReason || this.endReason !== null) return;
    this.endReason = endReason;
    this.endText = text || undefined;
  }

  private setState(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}
