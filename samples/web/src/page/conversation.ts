import { type Message, parsePosition } from "chat-client";
import { isRoom, type Place } from "./places";

/** True when a position is at or after another; one of another epoch is after nothing. */
export function reaches(position: string | undefined, other: string): boolean {
  if (position === undefined) return false;
  const [a, b] = [parsePosition(position), parsePosition(other)];
  return a.epoch === b.epoch && a.offset >= b.offset;
}

/** What the user and one other have said, or a room, as far as the page has it: without holes, up to the newest. */
export class Conversation {
  messages: readonly Message[] = [];
  /** The newest message, also where no history has been read yet. */
  last: Message | undefined;
  unread = 0;
  /** Up to where the user has read, on any device. */
  read: string | undefined;
  /** The newest page of history is here. */
  loaded = false;
  /** So is the oldest. */
  complete = false;
  loading = false;

  constructor(readonly name: string, private readonly user: string) {}

  get isRoom(): boolean {
    return isRoom(this.name);
  }

  get place(): Place {
    return this.isRoom ? { room: this.name } : { with: this.name };
  }

  /** Takes a message that is new; false for one that the page has, or has been told of. */
  append(message: Message): boolean {
    const isNew = this.last === undefined || message.offset > this.last.offset;
    if (message.offset > (this.messages.at(-1)?.offset ?? 0)) this.messages = [...this.messages, message];
    if (!isNew) return false;
    this.last = message;
    if (message.from !== this.user) this.unread++;
    return true;
  }

  /** Takes a page of history that ends where the messages here begin, or among them. */
  prepend(page: readonly Message[], more: boolean): void {
    const first = this.messages[0]?.offset ?? Infinity;
    this.messages = [...page.filter(({ offset }) => offset < first), ...this.messages];
    this.last ??= this.messages.at(-1);
    this.loaded = true;
    this.complete = !more;
  }

  /** Takes what the server says of it, of a moment that may be past. */
  merge(last: Message | undefined, unread: number, read: string | undefined): void {
    const newer = this.messages.filter(({ offset, from }) => offset > (last?.offset ?? 0) && from !== this.user);
    if (last && last.offset >= (this.last?.offset ?? 0)) this.last = last;
    if (read !== undefined && !reaches(this.read, read)) this.read = read;
    this.unread = this.isRead ? 0 : unread + (last ? newer.length : 0);
  }

  get isRead(): boolean {
    return this.last === undefined || reaches(this.read, this.last.position);
  }

  /** Read up to a position, here or on another device; false when what is still unread has to be asked for. */
  readTo(position: string): boolean {
    if (reaches(this.read, position)) return true;
    this.read = position;
    const { epoch, offset } = parsePosition(position);
    const first = this.messages[0];
    this.unread = this.messages.filter((message) => message.from !== this.user && message.offset > offset).length;
    return this.isRead || this.complete || (first !== undefined && parsePosition(first.position).epoch === epoch && first.offset <= offset);
  }
}
