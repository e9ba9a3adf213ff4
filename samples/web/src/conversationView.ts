import type { Conversation } from "./conversations";
import { copyOf, element, paintAvatar, part } from "./elements";
import { briefly } from "./times";

/** The list of conversations beside the open one. */
export class ConversationView {
  private readonly list = element("conversations", HTMLElement);
  private readonly entries = new Map<string, HTMLElement>();

  constructor(private readonly user: string, private readonly choose: (peer: string) => void) {}

  show(conversations: readonly Conversation[], open: string | null): void {
    const entries = conversations.map((conversation) => this.update(this.entryFor(conversation.peer), conversation, conversation.peer === open));
    for (const [peer, entry] of this.entries) if (!entries.includes(entry)) this.entries.delete(peer);
    if (entries.length !== this.list.childElementCount || entries.some((entry, at) => entry !== this.list.children[at])) {
      // An element that is moved loses the focus.
      const focused = document.activeElement;
      this.list.replaceChildren(...entries);
      if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus();
    }
    element("no-conversations", HTMLElement).hidden = entries.length > 0;
  }

  private entryFor(peer: string): HTMLElement {
    let entry = this.entries.get(peer);
    if (!entry) {
      entry = copyOf("conversation-template");
      paintAvatar(part(entry, ".avatar"), peer);
      part(entry, "bdi").textContent = peer;
      part(entry, "button").onclick = () => this.choose(peer);
      this.entries.set(peer, entry);
    }
    return entry;
  }

  private update(entry: HTMLElement, { last, unread }: Conversation, isOpen: boolean): HTMLElement {
    const time = part(entry, "time") as HTMLTimeElement;
    time.dateTime = last?.sentAt ?? "";
    time.textContent = last ? briefly(last.sentAt) : "";
    // The rest of a long message would only cost layout.
    part(entry, ".entry-last").textContent = last ? (last.from === this.user ? "You: " : "") + last.content.slice(0, 100) : "";
    const badge = part(entry, ".unread");
    badge.textContent = unread > 0 ? String(unread) : "";
    badge.ariaLabel = unread > 0 ? `${unread} unread` : null;
    if (isOpen) part(entry, "button").setAttribute("aria-current", "true");
    else part(entry, "button").removeAttribute("aria-current");
    return entry;
  }
}
