import { backOff, Pause } from "./backoff";
import type { Connection } from "./connection";
import { Stream } from "./stream";
import { type Message, type Refusal, refusalOf, type ResumedStream } from "./wire";

/** What a mailbox tells. Each waits until the one before is done, also where that is a promise. */
export interface MailboxHandlers {
  /** Each message of the mailbox and of the rooms: once, in its stream's order. */
  message(message: Message): void | Promise<void>;
  /** What was delivered of this stream is not on the server any more: it is to be forgotten. What follows begins with the oldest that is. */
  reset(stream: string): void | Promise<void>;
  /** What was missed has been delivered: after every connect, and when a stream has been begun at its newest message. */
  ready(): void | Promise<void>;
  /** The server refuses for good to say what was missed, as when the user is in more rooms than one call can name. Nothing more is asked for. */
  refused?(refusal: Refusal): void | Promise<void>;
}

/** A user's mailbox and rooms: what is new in them, over any number of connections. History is read apart. */
export class Mailbox {
  private readonly streams = new Map<string, Stream>();
  private readonly pause = new Pause();
  private wanted = false;
  private running = false;
  private fresh = false;
  private isRefused = false;
  private queue = Promise.resolve();

  /** @param positions where to go on, by stream: those of the last messages handled. A stream without one begins with what is new. */
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
      this.pause.cutShort();
      if (kind !== "connected") return;
      this.fresh = true;
      void this.catchUp();
    });
  }

  /** Nothing that stands at this position is still to come. */
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
    let stream = this.streams.get(name);
    const { handlers } = this;
    if (!stream) this.streams.set(name, (stream = new Stream((message) => this.tell(() => handlers.message(message)), () => this.tell(() => handlers.reset(name)))));
    return stream;
  }

  // A handler that fails is heard of where unhandled rejections are, and does not keep the next from its turn.
  private tell(what: () => void | Promise<void>): void {
    this.queue = this.queue.then(what).catch((error: unknown) => void Promise.reject(error));
  }

  // One at a time: answers that overlap would only repeat each other.
  private async catchUp(): Promise<void> {
    this.wanted = true;
    if (this.running || this.isRefused) return;
    this.running = true;
    const places = () => [...this.streams].map(([name, { position }]) => `${name}:${position}`).join();
    for (let attempt = 0; this.wanted && !this.isRefused && this.connection.isUp; ) {
      this.wanted = false;
      const before = places();
      const more = await this.resume().catch((error: unknown) => this.heed(refusalOf(error)));
      if (more) this.wanted = true;
      if (!more || places() !== before) attempt = 0;
      else if (this.connection.isUp) await this.pause.wait(backOff(attempt++));
    }
    this.running = false;
    if (this.wanted || !this.fresh || this.isRefused) return;
    this.fresh = false;
    this.tell(() => this.handlers.ready());
  }

  // Where the connection ends with the refusal, to ask again would end each one.
  private heed(refusal: Refusal | null): true {
    if (refusal?.retryable === false) {
      this.isRefused = true;
      this.tell(() => this.handlers.refused?.(refusal));
    }
    return true;
  }

  /** Asks for what was missed; true when there may be more. */
  private async resume(): Promise<boolean> {
    if (this.stream(this.user).position === null) {
      const { messages } = await this.connection.call<{ messages: Message[] }>("Read", { stream: this.user, limit: 1 });
      if (messages[0]) this.stream(this.user).begin(messages[0].position);
    }
    const known = [...this.streams].flatMap(([name, { position }]) => (position === null ? [] : [[name, position] as const]));
    const ask = (positions: typeof known) => this.connection.call<{ streams: ResumedStream[] }>("Resume", { positions: Object.fromEntries(positions) });
    // Of a room that the user is not in any more the server says nothing, not even where to go on from.
    let isWhole = true;
    const { streams } = await ask(known).catch((error: unknown) => {
      if (refusalOf(error)?.code !== "forbidden") throw error;
      isWhole = false;
      return ask(known.filter(([name]) => name === this.user));
    });
    for (const name of this.streams.keys()) if (!streams.some(({ stream }) => stream === name)) this.streams.delete(name);
    if (!isWhole) return true;
    if (streams.some(({ stream }) => this.stream(stream).position === null)) this.fresh = true;
    return streams.map((answer) => this.stream(answer.stream).apply(answer)).includes(true);
  }
}
