import { isRoom, type Message } from "./protocol";

/** What the user and one other have said, or a room, as far as the page has it: without holes, up to the newest. */
export class Conversation {
  readonly messages: Message[] = [];
  unread = 0;
  loading = false;
  /** Where the next earlier page ends; undefined before the first. */
  earliest: string | undefined;

  constructor(readonly peer: string, public complete: boolean) {}

  get last(): Message | undefined {
    return this.messages.at(-1);
  }

  append(message: Message): void {
    if (this.last && message.offset <= this.last.offset) return;
    this.messages.push(message);
    this.earliest ??= message.position;
  }

  prepend(page: readonly Message[], earliest: string | undefined, more: boolean): void {
    const first = this.messages[0]?.offset ?? Infinity;
    this.messages.unshift(...page.filter((message) => message.offset < first));
    this.earliest = earliest ?? this.earliest;
    this.complete = !more;
  }
}

/** The user's mailbox, sorted by whom it was exchanged with, and the rooms. */
export class Conversations {
  private readonly byPeer = new Map<string, Conversation>();
  private complete = false;

  constructor(private readonly user: string) {}

  /** Newest first; those without messages, which were only just opened, before all others. */
  list(): Conversation[] {
    const newest = (conversation: Conversation) => conversation.last?.sentAt ?? "9999";
    return [...this.byPeer.values()].sort((a, b) => newest(b).localeCompare(newest(a)) || a.peer.localeCompare(b.peer));
  }

  with(peer: string): Conversation {
    let conversation = this.byPeer.get(peer);
    if (!conversation) this.byPeer.set(peer, (conversation = new Conversation(peer, this.complete && !isRoom(peer))));
    return conversation;
  }

  private peerOf(message: Message): string {
    return isRoom(message.stream) ? message.stream : message.from === this.user ? message.to : message.from;
  }

  add(message: Message): Conversation {
    const conversation = this.with(this.peerOf(message));
    conversation.append(message);
    return conversation;
  }

  /** The oldest message that the server keeps is here: there is nothing earlier to ask for. */
  markComplete(): void {
    this.complete = true;
    for (const conversation of this.byPeer.values()) if (!isRoom(conversation.peer)) conversation.complete = true;
  }

  /** Forgets what is said in a stream: in one room, or in all conversations of the mailbox. */
  clear(stream: string): void {
    for (const peer of this.byPeer.keys()) if (isRoom(stream) ? peer === stream : !isRoom(peer)) this.byPeer.delete(peer);
  }
}
