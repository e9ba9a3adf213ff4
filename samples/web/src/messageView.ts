import type { Conversation } from "./conversations";
import { copyOf, element, part } from "./elements";
import type { Draft } from "./outbox";
import { isRoom, type Message } from "./protocol";
import { dayOf, timeOf } from "./times";

const NEAR = 80;

/** The messages of the open conversation, and below them what is not a message yet. */
export class MessageView {
  private readonly scroll = element("scroll", HTMLElement);
  private readonly list = element("messages", HTMLElement);
  private readonly drafts = element("drafts", HTMLElement);
  private shown: Conversation | null = null;
  private first: Message | undefined;
  private count = 0;

  constructor(private readonly user: string, private readonly removeDraft: (id: string) => void) {}

  show(conversation: Conversation, drafts: readonly Draft[]): void {
    const { scroll } = this;
    const isOther = this.shown !== conversation;
    const fromEnd = scroll.scrollHeight - scroll.scrollTop;
    const wasAtEnd = isOther || fromEnd - scroll.clientHeight < NEAR;
    const hadDrafts = this.drafts.childElementCount;

    const grewAtTheTop = this.first !== conversation.messages[0];
    if (isOther || grewAtTheTop) {
      this.list.replaceChildren();
      this.count = 0;
    }
    // A long page is put together beside the document, and laid out once.
    const added = document.createDocumentFragment();
    for (; this.count < conversation.messages.length; this.count++) this.addMessage(added, conversation.messages, this.count);
    this.list.append(added);
    this.drafts.replaceChildren(...drafts.map((draft) => this.draft(draft)));
    this.shown = conversation;
    this.first = conversation.messages[0];

    if (wasAtEnd || drafts.length > hadDrafts) scroll.scrollTop = scroll.scrollHeight;
    else if (grewAtTheTop) scroll.scrollTop = scroll.scrollHeight - fromEnd;
  }

  private addMessage(added: DocumentFragment, messages: readonly Message[], at: number): void {
    const message = messages[at]!;
    const before = messages[at - 1];
    if (!before || dayOf(before.sentAt) !== dayOf(message.sentAt)) {
      const day = document.createElement("h3");
      day.textContent = dayOf(message.sentAt);
      added.append(day);
    }
    const shown = copyOf("message-template");
    shown.classList.toggle("mine", message.from === this.user);
    shown.classList.toggle("follows", before?.from === message.from);
    part(shown, ".from").textContent = isRoom(message.stream) && message.from !== this.user && before?.from !== message.from ? message.from : "";
    part(shown, ".content").textContent = message.content;
    const time = part(shown, "time") as HTMLTimeElement;
    time.dateTime = message.sentAt;
    time.textContent = timeOf(message.sentAt);
    added.append(shown);
  }

  private draft(draft: Draft): HTMLElement {
    const shown = copyOf("draft-template");
    shown.classList.add(draft.state);
    part(shown, ".content").textContent = draft.content;
    part(shown, ".draft-state").textContent =
      draft.state === "failed" ? `Not sent: ${draft.problem}` : draft.state === "stored" ? "Stored" : (draft.problem ?? "Sending…");
    const remove = part(shown, "button");
    remove.hidden = draft.state !== "failed";
    remove.onclick = () => this.removeDraft(draft.id);
    return shown;
  }
}
