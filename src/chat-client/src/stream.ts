import { type Message, parsePosition, type ResumedStream } from "./wire";

// Bound of the messages held behind a gap. The log has the others, and the next answer brings them.
const MAX_HELD = 1000;

/** Orders one stream, the mailbox or a room: delivers each message once, by offset, from live messages and from answers of `Resume`. */
export class Stream {
  private last: ReturnType<typeof parsePosition> | null = null;
  private readonly held = new Map<number, Message>();
  private heldEpoch = "";

  /** @param reset is called when the server no longer has what was delivered. */
  constructor(private readonly deliver: (message: Message) => void, private readonly reset: () => void) {}

  /** The position of the last delivered message; null while the beginning is unknown. */
  get position(): string | null {
    return this.last && `${this.last.epoch}.${this.last.offset}`;
  }

  /** Begins after a position: later messages are delivered. */
  begin(position: string): void {
    this.last = parsePosition(position);
    this.release();
  }

  /** Returns whether the message at a position was delivered, or precedes the beginning. */
  has(position: string): boolean {
    const { epoch, offset } = parsePosition(position);
    return this.last !== null && (this.last.epoch !== epoch || offset <= this.last.offset);
  }

  /** Accepts a live message. Returns true when an earlier message is missing: the caller must resume. */
  receive(message: Message): boolean {
    const { epoch, offset } = parsePosition(message.position);
    if (this.heldEpoch !== epoch) this.held.clear();
    this.heldEpoch = epoch;
    if (this.held.size >= MAX_HELD) return true;
    this.held.set(offset, message);
    this.release();
    return this.held.size > 0;
  }

  /** Applies an answer of `Resume`, or begins at its head. Returns true when the caller must resume again. */
  apply(answer: ResumedStream): boolean {
    if (!this.last) this.begin(answer.head);
    else if (!answer.recovered) {
      this.last = null;
      this.reset();
    }
    for (const message of answer.messages) this.accept(message);
    // Without messages the stream continues where the answer began: at the confirmed position, or at the head when older messages are gone.
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
