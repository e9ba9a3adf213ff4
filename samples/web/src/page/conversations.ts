import { backOff, type Connection, type Message, Pause, refusalOf } from "chat-client";
import { Conversation } from "./conversation";
import { type ConversationEntry, type ConversationsAnswer, isRoom, nameOf, type ReadMark } from "./peers";

const PAGE = 50;

/** The server's list of conversations, kept current by live messages. */
export class Conversations {
  private readonly byName = new Map<string, Conversation>();
  private readonly marking = new Set<string>();
  // The name after which the server's list continues; null when the page has all of it, undefined when it has none.
  private after: string | null | undefined;
  private asked = 0;
  private loading = false;
  private again = false;
  private readonly pause = new Pause();

  constructor(
    private readonly connection: Connection,
    private readonly user: string,
    private readonly changed: () => void,
    private readonly left: (room: string) => void,
  ) {
    connection.on("ReceiveRead", (mark: ReadMark) => this.handleRead(mark));
  }

  /** Newest first. Conversations without messages were just opened, and come first. */
  get list(): Conversation[] {
    const newest = ({ last }: Conversation) => last?.sentAt ?? "9999";
    return [...this.byName.values()].sort((a, b) => newest(b).localeCompare(newest(a)) || a.name.localeCompare(b.name));
  }

  /** Whether the page has all of the server's list. Otherwise older conversations may also be unread. */
  get isWhole(): boolean {
    return this.after == null;
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  with(name: string): Conversation {
    let conversation = this.byName.get(name);
    if (!conversation) this.byName.set(name, (conversation = new Conversation(name, this.user)));
    return conversation;
  }

  /** Adds a received message. Returns null when it was known. */
  add(message: Message): Conversation | null {
    const name = this.nameOf(message);
    // A conversation beyond the loaded list may have more unread messages: the server knows their number.
    if (!this.has(name) && this.after !== null) void this.refresh();
    const conversation = this.with(name);
    return conversation.append(message) ? conversation : null;
  }

  /** Removes the conversations of a stream: one room, or all of the mailbox. */
  clear(stream: string): void {
    for (const name of this.byName.keys()) if (isRoom(stream) ? name === stream : !isRoom(name)) this.byName.delete(name);
  }

  /** Removes a room that the user has left. */
  leave(room: string): void {
    this.byName.delete(room);
    this.left(room);
  }

  /** Requests the list again, as far as the page has it. Stops when the connection ends: the page calls it after the next connect. */
  async refresh(): Promise<void> {
    this.again = true;
    if (this.loading) return;
    this.loading = true;
    for (let attempt = 0; this.again && this.connection.isUp; ) {
      this.again = false;
      try {
        await this.reload();
        attempt = 0;
      } catch (error) {
        if (!refusalOf(error)?.retryable) continue;
        this.again = true;
        await this.pause.wait(backOff(attempt++));
      }
    }
    this.loading = false;
    this.changed();
  }

  /** Requests the next page of the list. */
  async more(): Promise<void> {
    if (this.loading || this.after == null || !this.connection.isUp) return;
    this.loading = true;
    try {
      const { names, after } = await this.page(this.after);
      this.asked += names.length;
      this.after = after;
    } finally {
      this.loading = false;
      this.changed();
      if (this.again) void this.refresh();
    }
  }

  /** Marks a conversation as read, here and on the server. */
  read(conversation: Conversation): void {
    const { last } = conversation;
    if (last === undefined || conversation.isRead) return;
    conversation.readTo(last.position);
    this.changed();
    void this.mark(conversation);
  }

  private async reload(): Promise<void> {
    const before = [...this.byName.values()];
    const seen = new Set<string>();
    let [after, asked]: [string | null, number] = [null, 0];
    do {
      const page = await this.page(after);
      for (const name of page.names) seen.add(name);
      asked += page.names.length;
      after = page.after;
    } while (after !== null && asked < Math.max(PAGE, this.asked));
    // Only now: until the end of the loop the previous values describe the list.
    this.after = after;
    this.asked = asked;
    // Removes rooms that another device left, but not rooms whose first message arrived during the request.
    if (after === null) for (const { name, last } of before) if (isRoom(name) && last && !seen.has(name)) this.leave(name);
  }

  /** Requests and merges the page of the list after a name. Returns its names, and the name after which the list continues. */
  private async page(before: string | null): Promise<{ names: readonly string[]; after: string | null }> {
    const { conversations, more } = await this.connection.call<ConversationsAnswer>("Conversations", { limit: PAGE, ...(before !== null && { before }) });
    const names = conversations.map((entry) => this.merge(entry));
    return { names, after: more ? (names.at(-1) ?? null) : null };
  }

  private merge(entry: ConversationEntry): string {
    const conversation = this.with(nameOf(entry));
    conversation.merge(entry.last, entry.unread, entry.read);
    // The user read it without a connection.
    if (conversation.isRead && entry.unread > 0) void this.mark(conversation);
    return conversation.name;
  }

  // One call at a time: positions read during a call are sent together in the next one. Without a connection, `merge` repeats the call later.
  private async mark(conversation: Conversation): Promise<void> {
    if (this.marking.has(conversation.name)) return;
    this.marking.add(conversation.name);
    try {
      for (let sent; sent !== conversation.read && this.connection.isUp; ) {
        sent = conversation.read;
        await this.connection.call("MarkRead", { ...conversation.peer, position: sent });
      }
    } catch {
      // `merge` of the next list calls it again.
    } finally {
      this.marking.delete(conversation.name);
    }
  }

  private handleRead(mark: ReadMark): void {
    const name = nameOf(mark);
    if (!this.has(name) || !this.with(name).readTo(mark.position)) void this.refresh();
    this.changed();
  }

  private nameOf({ stream, from, to }: Message): string {
    return isRoom(stream) ? stream : from === this.user ? to : from;
  }
}
