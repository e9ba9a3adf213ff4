import { backOff, type Connection, type Message, Pause, refusalOf } from "chat-client";
import { Conversation } from "./conversation";
import { type ConversationEntry, type ConversationsAnswer, isRoom, nameOf, type ReadMark } from "./places";

const PAGE = 50;

/** The list of conversations: the server's, kept current by what comes live. */
export class Conversations {
  private readonly byName = new Map<string, Conversation>();
  private readonly marking = new Set<string>();
  // The name after which the server's list goes on; null when it is all here, undefined while none of it is.
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
    connection.on("ReceiveRead", (mark: ReadMark) => this.heed(mark));
  }

  /** Newest first; those without messages, which were only just opened, before all others. */
  get list(): Conversation[] {
    const newest = ({ last }: Conversation) => last?.sentAt ?? "9999";
    return [...this.byName.values()].sort((a, b) => newest(b).localeCompare(newest(a)) || a.name.localeCompare(b.name));
  }

  /** All of the server's list is here; otherwise older ones may be unread, too. */
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

  /** Takes a message that has come; null when it was known. */
  add(message: Message): Conversation | null {
    const name = this.nameOf(message);
    // One that the list has not come to yet may have more that is unread than this.
    if (!this.has(name) && this.after !== null) void this.refresh();
    const conversation = this.with(name);
    return conversation.append(message) ? conversation : null;
  }

  /** Forgets what is said in a stream: in one room, or in all conversations of the mailbox. */
  clear(stream: string): void {
    for (const name of this.byName.keys()) if (isRoom(stream) ? name === stream : !isRoom(name)) this.byName.delete(name);
  }

  /** The user is not in a room any more. */
  leave(room: string): void {
    this.byName.delete(room);
    this.left(room);
  }

  /** Asks for the list again, as far as it is here. When the connection ends meanwhile, the next one is the time to ask. */
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

  /** Asks for the next page of the list. */
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

  /** The user has seen all of it. */
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
    // Only now: until then what was here before is all that is known to be here.
    this.after = after;
    this.asked = asked;
    // A room that was left on another device. Not one of which something came only while the list was asked for.
    if (after === null) for (const { name, last } of before) if (isRoom(name) && last && !seen.has(name)) this.leave(name);
  }

  /** Takes the page of the list that follows a name: what is in it, and the name after which it goes on. */
  private async page(before: string | null): Promise<{ names: readonly string[]; after: string | null }> {
    const { conversations, more } = await this.connection.call<ConversationsAnswer>("Conversations", { limit: PAGE, ...(before !== null && { before }) });
    const names = conversations.map((entry) => this.merge(entry));
    return { names, after: more ? (names.at(-1) ?? null) : null };
  }

  private merge(entry: ConversationEntry): string {
    const conversation = this.with(nameOf(entry));
    conversation.merge(entry.last, entry.unread, entry.read);
    // It was read while there was no connection to say so.
    if (conversation.isRead && entry.unread > 0) void this.mark(conversation);
    return conversation.name;
  }

  // What is read while the server is being told is told together. Without a connection the next list shows that it has not been told.
  private async mark(conversation: Conversation): Promise<void> {
    if (this.marking.has(conversation.name)) return;
    this.marking.add(conversation.name);
    try {
      for (let told; told !== conversation.read && this.connection.isUp; ) {
        told = conversation.read;
        await this.connection.call("MarkRead", { ...conversation.place, position: told });
      }
    } catch {
      // The next list shows it.
    } finally {
      this.marking.delete(conversation.name);
    }
  }

  private heed(mark: ReadMark): void {
    const name = nameOf(mark);
    if (!this.has(name) || !this.with(name).readTo(mark.position)) void this.refresh();
    this.changed();
  }

  private nameOf({ stream, from, to }: Message): string {
    return isRoom(stream) ? stream : from === this.user ? to : from;
  }
}
