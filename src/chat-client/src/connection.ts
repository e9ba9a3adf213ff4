import { HubConnectionState, type HttpTransportType } from "@microsoft/signalr";
import type { ConnectRefusal } from "./answers";
import { backOff, Pause } from "./backoff";
import { type Hub, type HubOptions, SignalRHub } from "./hub";
import { TransportChoice } from "./transports";
import { callLimitOf, type Notice } from "./wire";

/**
 * Why a connection is not made again: `unauthenticated` wants another token, `name` another user, `origin` a page of another address, and `banned` and `kicked`
 * are an operator's doing. `forbidden` is any other refusal of the server.
 */
export type EndReason = "stopped" | "unauthenticated" | "forbidden" | "name" | "origin" | "kicked" | "banned";

export type ConnectionState =
  | { readonly kind: "connecting"; readonly again: boolean }
  | { readonly kind: "connected" }
  /** The connection was lost, or could not be made: `crowded` when there are too many. `until` is when it is tried again, as `Date.now()` counts. */
  | { readonly kind: "waiting"; readonly until: number; readonly crowded: boolean }
  /** `text` is what the server said, if it said something. */
  | { readonly kind: "ended"; readonly reason: EndReason; readonly text?: string };

export type ConnectionOptions = HubOptions;

/** Makes the connection of one attempt. */
export type MakeHub = (transports: HttpTransportType) => Hub;

// Any other code of the server may stand for something that passes.
const REFUSALS: Readonly<Record<string, EndReason>> = { unauthenticated: "unauthenticated", bad_user_id: "name" };
const REASONS = ["banned", "name", "origin"] as const;

// Enough to say good-bye to a server that answers.
const END_TIME = 5000;

// A call has at most this around its argument.
const ENVELOPE_BYTES = 100;

// One that ends sooner than this is no reason to start again with short waits.
const LASTING = 5000;

const ended = () => new Error("The connection has ended.");

/** A connection to /chat, made again until the server refuses it or `stop` is called. SignalR's own reconnect leaves out the first, and an end by the server. */
export class Connection {
  state: ConnectionState = { kind: "ended", reason: "stopped" };
  private readonly listeners: ((state: ConnectionState) => void)[] = [];
  private readonly handlers: [method: string, handler: (argument: never) => void][] = [];
  private readonly choice = new TransportChoice();
  private readonly pause = new Pause();
  private readonly makeHub: MakeHub;
  private hub: Hub | null = null;
  /** Each fails a call that has no answer yet. */
  private readonly pending = new Set<(error: Error) => void>();
  private reason: EndReason | null = null;
  private said: string | undefined;
  private retryAfter = 0;
  /** Ends the wait for the present attempt or connection. */
  private leave: () => void = () => undefined;
  private running: Promise<void> | null = null;

  /** @param makeHub makes other hubs than real ones, for tests. */
  constructor(options: ConnectionOptions, makeHub: MakeHub = (transports) => new SignalRHub(options, transports)) {
    this.makeHub = makeHub;
    this.on("ReceiveNotice", ({ code, retryAfter = 0 }: Notice) => {
      if (code === "kicked" || code === "banned" || code === "unauthenticated") this.reason = code;
      this.retryAfter = retryAfter;
    });
  }

  get isUp(): boolean {
    return this.state.kind === "connected" && this.hub?.state === HubConnectionState.Connected;
  }

  /** Hears of every change of the state. */
  onState(listener: (state: ConnectionState) => void): void {
    this.listeners.push(listener);
  }

  /** Hears what the server calls, such as `ReceiveMessage`. */
  on<T>(method: string, handler: (argument: T) => void): void {
    this.handlers.push([method, handler]);
    if (this.hub) this.listen(this.hub, method, handler);
  }

  /** Calls the hub; rejects at once when there is no connection, and when the connection ends before the answer. */
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
      // The connection ended for all calls because one of them was too large.
      const limit = callLimitOf(error);
      if (limit !== null && new TextEncoder().encode(JSON.stringify(argument)).length + ENVELOPE_BYTES <= limit) throw ended();
      throw error;
    } finally {
      this.pending.delete(fail);
    }
  }

  /** Connects, and stays connected. Also after an end, when the reason for it is gone. */
  start(): void {
    if (this.running) return;
    this.reason = null;
    this.said = undefined;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.reason = "stopped";
    this.pause.cutShort();
    this.leave();
    await this.running;
  }

  /** Tries again now, if it was waiting: the network is back, or the user is. */
  readonly retry = (): void => this.pause.cutShort();

  /** Gives up a connection that is probably dead, such as when the network is gone, and makes a new one. */
  renew(): void {
    this.choice.forget();
    if (this.isUp) this.leave();
  }

  private async run(): Promise<void> {
    for (let attempt = 0, again = false; this.reason === null; again = true) {
      this.show({ kind: "connecting", again });
      const hub = (this.hub = this.makeHub(this.choice.allowed));
      for (const [method, handler] of this.handlers) this.listen(hub, method, handler);
      const left = new Promise<"left">((resolve) => (this.leave = () => resolve("left")));
      const closed = new Promise<void>((resolve) => hub.onclose(() => resolve()));
      if (this.reason !== null) this.leave(); // a listener has stopped it
      if (await this.connect(hub, left)) {
        const begun = Date.now();
        this.show({ kind: "connected" });
        await Promise.race([closed, left]);
        if (Date.now() - begun > LASTING) {
          attempt = 0;
          this.choice.lasted();
        }
      }
      await this.end(hub);
      const { refusal } = hub;
      if (refusal) this.heed(refusal);
      if (this.reason !== null) break;
      const wait = Math.max(backOff(attempt++), this.retryAfter * 1000);
      this.retryAfter = 0;
      this.show({ kind: "waiting", until: Date.now() + wait, crowded: refusal?.code === "rate_limited" });
      if (this.reason === null) await this.pause.wait(wait);
    }
    this.running = null;
    this.show({ kind: "ended", reason: this.reason, ...(this.said !== undefined && { text: this.said }) });
  }

  /** Starts the hub; false when it fails, is left, or gives no answer before the deadline. */
  private async connect(hub: Hub, left: Promise<"left">): Promise<boolean> {
    const deadline = new Pause();
    const outcome = await Promise.race([
      hub.start().then(() => "connected" as const, () => "failed" as const),
      deadline.wait(this.choice.deadline).then(() => "silent" as const),
      left,
    ]);
    deadline.cutShort();
    if (outcome === "silent") this.choice.silent(hub.transport);
    if (outcome === "failed") this.choice.failed(hub.transport);
    if (outcome === "connected") this.choice.connected();
    return outcome === "connected";
  }

  /** Says good-bye where there is a connection, and cuts what gives no answer. */
  private async end(hub: Hub): Promise<void> {
    if (hub.state === HubConnectionState.Connected) {
      const limit = new Pause();
      await Promise.race([hub.stop().catch(() => undefined), limit.wait(END_TIME)]);
      limit.cutShort();
    }
    this.hub = null;
    hub.cut();
    // SignalR ends its calls only when it has closed, which one that was given up may never do.
    for (const fail of this.pending) fail(ended());
  }

  private listen<T>(hub: Hub, method: string, handler: (argument: T) => void): void {
    hub.on(method, (argument: T) => {
      if (this.hub === hub) handler(argument);
    });
  }

  private heed({ code, text, reason }: ConnectRefusal): void {
    const why = code === "forbidden" ? (REASONS.find((known) => known === reason) ?? "forbidden") : REFUSALS[code];
    if (!why || this.reason !== null) return;
    this.reason = why;
    this.said = text || undefined;
  }

  private show(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}
