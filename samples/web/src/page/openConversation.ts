import type { Message } from "chat-client";
import type { Conversation } from "./conversation";
import type { Conversations } from "./conversations";
import { follow } from "./history";

/** The open conversation, and the part of it that the user sees. */
export class OpenConversation {
  name: string | null = null;
  /** The id of the first message that was unread at opening, or that came out of sight. */
  firstUnread: string | undefined;
  private wantsDivider = false;
  private atEnd = true;

  /** @param readNewest requests the newest page of history of a conversation. */
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

  /** Sets whether the newest message is in sight. Only then new messages count as read. */
  setAtEnd(atEnd: boolean): void {
    if (this.atEnd === atEnd) return;
    this.atEnd = atEnd;
    this.look();
  }

  isWatching({ name }: Conversation): boolean {
    return name === this.name && this.atEnd && !document.hidden;
  }

  /** Handles a received message of any conversation. */
  receive(conversation: Conversation, message: Message): void {
    if (conversation.name !== this.name) return;
    // The divider stands before the first message that came out of sight.
    if (!this.isWatching(conversation) && conversation.unread === 1 && message.from !== this.user) this.firstUnread = message.id;
    this.look();
  }

  /** Reads missing history, and marks the messages in sight as read. */
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
