import { type Message, parsePosition, type ResumedStream } from "./wire";

// More than this is not kept while a gap is open: the log has it, and the next answer brings it.
const MAX_HELD = 1000;

/** Puts a stream in order, the mailbox or a room: each message is delivered once, by offset, whether it came live or in an answer. */
export class Stream {
  private last: ReturnType<typeof parsePosition> | null = null;
  private readonly held = new Map<number, Message>();
  private heldEpoch = "";

  /** @param reset what was delivered so far belongs to a past that the server no longer knows. */
  constructor(private readonly deliver: (message: Message) => void, private readonly reset: () => void) {}

  /** The position after the last delivered message; null while it is not known where to begin. */
  get position(): string | null {
    return this.last && `${this.last.epoch}.${this.last.offset}`;
  }

  /** Begins after a position: what comes later is delivered. */
  begin(position: string): void {
    this.last = parsePosition(position);
    this.release();
  }

  /** What stands at a position was delivered, or lies before the beginning. */
  has(position: string): boolean {
    const { epoch, offset } = parsePosition(position);
    return this.last !== null && (this.last.epoch !== epoch || offset <= this.last.offset);
  }

  /** Takes a live message; true when something before it is missing, so that the caller must resume. */
  receive(message: Message): boolean {
    const { epoch, offset } = parsePosition(message.position);
    if (this.heldEpoch !== epoch) this.held.clear();
    this.heldEpoch = epoch;
    if (this.held.size >= MAX_HELD) return true;
    this.held.set(offset, message);
    this.release();
    return this.held.size > 0;
  }

  /** Takes an answer of Resume, or begins at its end; true when the caller must resume again. */
  apply(answer: ResumedStream): boolean {
    if (!this.last) this.begin(answer.head);
    else if (!answer.recovered) {
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
    if (this.last?.epoch === position.epoch && position.offset <= this.last.offset) return;
    this.last = position;
    this.deliver(message);
  }

  private release(): void {
    if (!this.last || this.heldEpoch !== this.last.epoch) return;
    for (const offset of this.held.keys()) if (offset <= this.last.offset) this.held.delete(offset);
    for (let next; (next = this.held.get(this.last.offset + 1)); ) {
      this.held.delete(next.offset);
      this.accept(next);
    }
  }
}
