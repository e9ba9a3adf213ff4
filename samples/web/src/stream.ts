import { type Message, type Position, parsePosition, type ResumedStream } from "./protocol";

// More than this is not kept while a gap is open: the log has it, and the next answer brings it.
const MAX_HELD = 1000;

/** Puts a stream in order, the mailbox or a room: each message is delivered once, by offset, whether it came live or in an answer. */
export class Stream {
  private last: Position | null = null;
  private readonly held = new Map<number, Message>();
  private heldEpoch = "";

  /** @param reset what was delivered so far belongs to a past that the server no longer knows. */
  constructor(private readonly deliver: (message: Message) => void, private readonly reset: () => void) {}

  /** The position after the last delivered message; null at the beginning. */
  get position(): string | null {
    return this.last && `${this.last.epoch}.${this.last.offset}`;
  }

  /** Begins with a page of the newest messages. */
  begin(newest: readonly Message[]): void {
    for (const message of newest) this.accept(message);
    this.release();
  }

  /** Takes a live message; true when something before it is missing, so that the caller must resume. */
  receive(message: Message): boolean {
    const { epoch, offset } = parsePosition(message.position);
    if (this.last?.epoch === epoch && offset <= this.last.offset + 1) {
      this.accept(message);
      this.release();
    } else {
      if (this.heldEpoch !== epoch) this.held.clear();
      this.heldEpoch = epoch;
      if (this.held.size < MAX_HELD) this.held.set(offset, message);
      else return true;
    }
    return this.held.size > 0;
  }

  /** Takes an answer of Resume; true when the caller must resume again. */
  apply(answer: ResumedStream): boolean {
    if (!answer.recovered) {
      this.last = null;
      this.reset();
    }
    for (const message of answer.messages) this.accept(message);
    // Without messages the place to go on from is where the answer began: the confirmed position, or the end when all before it is gone.
    this.last ??= parsePosition(answer.recovered ? answer.confirmed : answer.head);
    this.release();
    return answer.more || this.held.size > 0;
  }

  private accept(message: Message): void {
    const position = parsePosition(message.position);
    if (this.last && this.last.epoch === position.epoch && position.offset <= this.last.offset) return;
    this.last = position;
    this.deliver(message);
  }

  private release(): void {
    if (!this.last) return;
    if (this.heldEpoch !== this.last.epoch) this.held.clear();
    for (const offset of this.held.keys()) if (offset <= this.last.offset) this.held.delete(offset);
    for (let next; (next = this.held.get(this.last.offset + 1)); ) {
      this.held.delete(next.offset);
      this.accept(next);
    }
  }
}

/** The streams that the user has: each in an order of its own. */
export class Streams {
  private readonly byName = new Map<string, Stream>();

  constructor(private readonly deliver: (message: Message) => void, private readonly reset: (stream: string) => void) {}

  of(name: string): Stream {
    let stream = this.byName.get(name);
    if (!stream) this.byName.set(name, (stream = new Stream(this.deliver, () => this.reset(name))));
    return stream;
  }

  /** What Resume is asked with. */
  get positions(): Record<string, string> {
    const positions: Record<string, string> = {};
    for (const [name, { position }] of this.byName) if (position !== null) positions[name] = position;
    return positions;
  }

  /** Forgets the rooms that the user is not in any more. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.byName.keys()) if (!names.has(name)) this.byName.delete(name);
  }
}
