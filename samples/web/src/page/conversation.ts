import { type Message, parsePosition } from "chat-client";
import { isRoom, type Peer } from "./peers";

/** Returns whether a position is at or after another. Positions of different epochs never are. */
export function reaches(position: string | undefined, other: string): boolean {
  if (position === undefined) return false;
  const [a, b] = [parsePosition(position), parsePosition(other)];
  return a.epoch === b.epoch && a.offset >= b.offset;
}

/** The messages with one other user or in a room, as far as the page has them: without gaps, up to the newest. */
export class Conversation {
  messages: readonly Message[] = [];
  /** The newest message, even before the page has read any history. */
  last: Message | undefined;
  unread = 0;
  /** The position up to which the user has read, on any device. */
  read: string | undefined;
  /** Whether the page has the newest page of history. */
  loaded = false;
  /** Whether the page has the oldest message. */
  complete = false;
  loading = false;

  constructor(readonly name: string, private readonly user: string) {}

  get isRoom(): boolean {
    return isRoom(this.name);
  }

  get peer(): Peer {
    return this.isRoom ? { room: this.name } : { with: this.name };
  }

  /** Appends a message. Returns false when the message was known. */
  append(message: Message): boolean {
    const isNew = this.last === undefined || message.offset > this.last.offset;
    if (message.offset > (this.messages.at(-1)?.offset ?? 0)) this.messages = [...this.messages, message];
    if (!isNew) return false;
    this.last = message;
    if (message.from !== this.user) this.unread++;
    return true;
  }

  /** Prepends a page of history that ends at or after the first message here. */
  prepend(page: readonly Message[], more: boolean): void {
    const first = this.messages[0]?.offset ?? Infinity;
    this.messages = [...page.filter(({ offset }) => offset < first), ...this.messages];
    this.last ??= this.messages.at(-1);
    this.loaded = true;
    this.complete = !more;
  }

  /** Applies the server's entry of the conversation list, which may be older than the newest message here. */
  merge(last: Message | undefined, unread: number, read: string | undefined): void {
    const newer = this.messages.filter(({ offset, from }) => offset > (last?.offset ?? 0) && from !== this.user);
    if (last && last.offset >= (this.last?.offset ?? 0)) this.last = last;
    if (read !== undefined && !reaches(this.read, read)) this.read = read;
    this.unread = this.isRead ? 0 : unread + (last ? newer.length : 0);
  }

  get isRead(): boolean {
    return this.last === undefined || reaches(this.read, this.last.position);
  }

  /** Marks messages as read up to a position. Returns false when the page cannot count the unread messages and must ask the server. */
  readTo(position: string): boolean {
    if (reaches(this.read, position)) return true;
    this.read = position;
    const { epoch, offset } = parsePosition(position);
    const first = this.messages[0];
    this.unread = this.messages.filter((message) => message.from !== this.user && message.offset > offset).length;
    return this.isRead || this.complete || (first !== undefined && parsePosition(first.position).epoch === epoch && first.offset <= offset);
  }
}
