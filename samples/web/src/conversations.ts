import type { Message } from "./protocol";

/** What the user and one other have said, as far as the page has it: without holes, up to the newest. */
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

/** The user's mailbox, sorted by whom it was exchanged with. */
export class Conversations {
  private readonly byPeer = new Map<string, Conversation>();
  private complete = false;

  constructor(private readonly user: string) {}

  /** Newest first; those without messages, which were only just opened, before all others. */
  list(): Conversation[] {
    const newest = (conversation: Conversation) => conversation.last?.offset ?? Infinity;
    return [...this.byPeer.values()].sort((a, b) => newest(b) - newest(a) || a.peer.localeCompare(b.peer));
  }

  with(peer: string): Conversation {
    let conversation = this.byPeer.get(peer);
    if (!conversation) this.byPeer.set(peer, (conversation = new Conversation(peer, this.complete)));
    return conversation;
  }

  private peerOf(message: Message): string {
    return message.from === this.user ? message.to : message.from;
  }

  add(message: Message): Conversation {
    const conversation = this.with(this.peerOf(message));
    conversation.append(message);
    return conversation;
  }

  /** The oldest message that the server keeps is here: there is nothing earlier to ask for. */
  markComplete(): void {
    this.complete = true;
    for (const conversation of this.byPeer.values()) conversation.complete = true;
  }

  clear(): void {
    this.byPeer.clear();
  }
}
