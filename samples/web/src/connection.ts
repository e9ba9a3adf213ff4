import { type HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";
import { backOff, delay } from "./backoff";
import type { Message, Notice, TopicValue } from "./protocol";

export type ConnectionState = "connecting" | "connected" | "lost" | "refused";

export interface ConnectionEvents {
  message(message: Message): void;
  value(value: TopicValue): void;
  notice(notice: Notice): void;
  state(state: ConnectionState): void;
}

/**
 * A connection to /chat that is made again whenever it ends, for ever. SignalR's own automatic reconnect covers neither the first connect
 * nor an end that the server asked for, so there is one loop for all of them here.
 */
export class Connection {
  private readonly hub: HubConnection;
  private stopped = false;

  constructor(user: string, private readonly events: ConnectionEvents) {
    this.hub = new HubConnectionBuilder()
      .withUrl(`/chat?userid=${encodeURIComponent(user)}`)
      .configureLogging(LogLevel.None)
      .build();
    this.hub.on("ReceiveMessage", (message: Message) => events.message(message));
    this.hub.on("ReceiveValue", (value: TopicValue) => events.value(value));
    this.hub.on("ReceiveNotice", (notice: Notice) => events.notice(notice));
    this.hub.onclose(() => void this.reconnect());
  }

  get isUp(): boolean {
    return this.hub.state === HubConnectionState.Connected;
  }

  start(): void {
    this.events.state("connecting");
    void this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.hub.stop();
  }

  /** Calls the hub; rejects at once when there is no connection, and when the connection ends before the answer. */
  call<T>(method: string, argument: object): Promise<T> {
    return this.hub.invoke<T>(method, argument);
  }

  private async reconnect(): Promise<void> {
    if (this.stopped) return;
    this.events.state("lost");
    // A server that restarts must not be met by all its clients in the same instant.
    await delay(backOff(0));
    await this.connect();
  }

  private async connect(): Promise<void> {
    for (let attempt = 0; !this.stopped; attempt++) {
      try {
        await this.hub.start();
        this.events.state("connected");
        return;
      } catch (error) {
        if (this.stopped) return;
        if (isRefused(error)) return this.events.state("refused");
        this.events.state("lost");
        await delayOrOnline(backOff(attempt));
      }
    }
  }
}

// SignalR tells the HTTP status of a failed negotiation only in its text.
const isRefused = (error: unknown): boolean => error instanceof Error && /Status code '40[13]'/.test(error.message);

const delayOrOnline = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
