import { backOff, Pause } from "./backoff";
import type { Connection } from "./connection";
import { Stream } from "./stream";
import { type Message, type Refusal, refusalOf, type ResumedStream } from "./wire";

/** The handlers of a mailbox. They run one at a time: each waits for the promise of the one before. */
export interface MailboxHandlers {
  /** Receives each message of the mailbox and of the rooms once, in its stream's order. */
  message(message: Message): void | Promise<void>;
  /** The server no longer has the messages that it delivered in this stream: discard them. The next messages begin with the server's oldest. */
  reset(stream: string): void | Promise<void>;
  /** All missed messages are delivered. Called after every connect, and when a new stream begins at its newest message. */
  ready(): void | Promise<void>;
  /** The server refuses `Resume` permanently, for example when the user is in more rooms than one call can name. The mailbox stops calling it. */
  refused?(refusal: Refusal): void | Promise<void>;
}

/** A user's mailbox and rooms: their new messages, over any number of connections. The page reads history itself. */
export class Mailbox {
  private readonly streams = new Map<string, Stream>();
  private readonly pause = new Pause();
  private isWanted = false;
  private isRunning = false;
  private isReadyDue = false;
  private isRefused = false;
  private queue = Promise.resolve();

  /** @param positions by stream, the position of the last message that was handled. A stream without a position begins with its new messages. */
  constructor(
    private readonly connection: Connection,
    private readonly user: string,
    private readonly handlers: MailboxHandlers,
    positions: Readonly<Record<string, string>> = {},
  ) {
    for (const [stream, position] of Object.entries(positions)) this.stream(stream).begin(position);
    connection.on("ReceiveMessage", (message: Message) => {
      if (this.stream(message.stream).receive(message)) void this.catchUp();
    });
    connection.onState(({ kind }) => {
      this.pause.end();
      if (kind !== "connected") return;
      this.isReadyDue = true;
      void this.catchUp();
    });
  }

  /** Returns whether the message at this position was delivered, or precedes the beginning. */
  has(stream: string, position: string): boolean {
    return this.streams.get(stream)?.has(position) ?? true;
  }

  /** Makes the user a member of a room, on all devices. */
  async join(room: string): Promise<void> {
    const { head } = await this.connection.call<{ head: string }>("Join", { room });
    if (this.stream(room).position === null) this.stream(room).begin(head);
  }

  async leave(room: string): Promise<void> {
    await this.connection.call("Leave", { room });
    this.streams.delete(room);
  }

  private stream(name: string): Stream {
    const known = this.streams.get(name);
    if (known) return known;
    const deliver = (message: Message) => this.enqueue(() => this.handlers.message(message));
    const stream = new Stream(deliver, () => this.enqueue(() => this.handlers.reset(name)));
    this.streams.set(name, stream);
    return stream;
  }

  // A handler that fails becomes an unhandled rejection and does not stop the next handler.
  private enqueue(handler: () => void | Promise<void>): void {
    this.queue = this.queue.then(handler).catch((error: unknown) => void Promise.reject(error));
  }

  // One call at a time: overlapping answers would repeat each other.
  private async catchUp(): Promise<void> {
    this.isWanted = true;
    if (this.isRunning || this.isRefused) return;
    this.isRunning = true;
    const positions = () => [...this.streams].map(([name, { position }]) => `${name}:${position}`).join();
    for (let attempt = 0; this.isWanted && !this.isRefused && this.connection.isUp; ) {
      this.isWanted = false;
      const before = positions();
      const more = await this.resume().catch((error: unknown) => this.handleRefusal(refusalOf(error)));
      if (more) this.isWanted = true;
      if (!more || positions() !== before) attempt = 0;
      else if (this.connection.isUp) await this.pause.wait(backOff(attempt++));
    }
    this.isRunning = false;
    if (this.isWanted || !this.isReadyDue || this.isRefused) return;
    this.isReadyDue = false;
    this.enqueue(() => this.handlers.ready());
  }

  // The refusal may close the connection (`too_large`): another call would close the next one, too.
  private handleRefusal(refusal: Refusal | null): true {
    if (refusal?.retryable === false) {
      this.isRefused = true;
      this.enqueue(() => this.handlers.refused?.(refusal));
    }
    return true;
  }

  /** Requests the missed messages. Returns true when there may be more. */
  private async resume(): Promise<boolean> {
    if (this.stream(this.user).position === null) {
      const { messages } = await this.connection.call<{ messages: Message[] }>("Read", { stream: this.user, limit: 1 });
      if (messages[0]) this.stream(this.user).begin(messages[0].position);
    }
    const known = [...this.streams].flatMap(([name, { position }]) => (position === null ? [] : [[name, position] as const]));
    const call = (positions: typeof known) => this.connection.call<{ streams: ResumedStream[] }>("Resume", { positions: Object.fromEntries(positions) });
    // The server refuses the whole call when the user has left one of the rooms. The mailbox alone is always allowed.
    let isWhole = true;
    const { streams } = await call(known).catch((error: unknown) => {
      if (refusalOf(error)?.code !== "forbidden") throw error;
      isWhole = false;
      return call(known.filter(([name]) => name === this.user));
    });
    for (const name of this.streams.keys()) if (!streams.some(({ stream }) => stream === name)) this.streams.delete(name);
    if (!isWhole) return true;
    if (streams.some(({ stream }) => this.stream(stream).position === null)) this.isReadyDue = true;
    return streams.map((answer) => this.stream(answer.stream).apply(answer)).includes(true);
  }
}
