import type { Message } from "chat-client";
import type { Conversation } from "./conversation";
import type { Conversations } from "./conversations";
import { follow } from "./history";

/** Which conversation is open, and what of it the user sees. */
export class OpenConversation {
  name: string | null = null;
  /** The first message that had not been read when it was opened, or that came while nobody looked. */
  firstUnread: string | undefined;
  private wantsDivider = false;
  private atEnd = true;

  /** @param readNewest asks for the newest page of what has no history here yet. */
  constructor(
    private readonly conversations: Conversations,
    private readonly user: string,
    private readonly readNewest: (conversation: Conversation) => Promise<void>,
    private readonly changed: () => void,
  ) {}

  choose(name: string | null): void {
    this.name = name;
    follow(name);
    this.firstUnread = undefined;
    this.wantsDivider = true;
    this.atEnd = true;
  }

  /** Whether the newest message is in sight: only then what comes is read. */
  sees(atEnd: boolean): void {
    if (this.atEnd === atEnd) return;
    this.atEnd = atEnd;
    this.look();
  }

  isWatching({ name }: Conversation): boolean {
    return name === this.name && this.atEnd && !document.hidden;
  }

  /** A message has come, to this conversation or another. */
  take(conversation: Conversation, message: Message): void {
    if (conversation.name !== this.name) return;
    // What comes while nobody looks has a line before it.
    if (!this.isWatching(conversation) && conversation.unread === 1 && message.from !== this.user) this.firstUnread = message.id;
    this.look();
  }

  /** It is looked at: what it lacks is read, and what is seen is not unread any more. */
  look(): void {
    if (this.name === null) return;
    const conversation = this.conversations.with(this.name);
    if (!conversation.loaded) void this.readNewest(conversation).then(() => conversation.loaded && this.look());
    else {
      if (this.wantsDivider) this.firstUnread = this.firstUnreadOf(conversation);
      this.wantsDivider = false;
      if (this.isWatching(conversation)) this.conversations.read(conversation);
    }
    this.changed();
  }

  private firstUnreadOf({ unread, messages }: Conversation): string | undefined {
    const fromOthers = messages.filter(({ from }) => from !== this.user);
    return unread === 0 ? undefined : fromOthers.at(-Math.min(unread, fromOthers.length))?.id;
  }
}
