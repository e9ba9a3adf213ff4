import { Chat } from "./chat";
import { Composer } from "./composer";
import { ConversationView } from "./conversationView";
import { element, paintAvatar } from "./elements";
import { MessageView } from "./messageView";
import { isRoom, problemWithRecipient, tidyName, type TopicValue } from "./protocol";

const STATES = { connecting: "Connecting…", connected: "Connected", lost: "Reconnecting…", refused: "Refused" };

/** The page of one signed-in user. */
export class View {
  private readonly chat: Chat;
  private readonly conversations: ConversationView;
  private readonly messages: MessageView;
  private readonly composer: Composer;
  private readonly frame = element("chat", HTMLElement);
  private readonly state = element("state", HTMLElement);
  private readonly openName = element("open-name", HTMLInputElement);
  private peer: string | null = null;
  private updating = false;
  private over = false;

  /** @param ended the user is signed out; with the reason where it was not the user's wish. */
  constructor(user: string, private readonly ended: (reason?: string) => void) {
    this.chat = new Chat(user, () => this.update());
    this.conversations = new ConversationView(user, (peer) => this.open(peer));
    this.messages = new MessageView(user, (id) => this.chat.outbox.remove(id));
    this.composer = new Composer((peer, content) => this.chat.outbox.add(peer, content));

    element("me-name", HTMLElement).textContent = user;
    paintAvatar(element("me-avatar", HTMLElement), user);
    element("sign-out", HTMLButtonElement).onclick = () => this.end();
    element("back", HTMLButtonElement).onclick = () => this.back();
    element("notice-close", HTMLButtonElement).onclick = () => this.chat.tell(null);
    element("earlier", HTMLButtonElement).onclick = () => this.peer !== null && this.chat.readEarlier(this.chat.conversations.with(this.peer));
    element("open-form", HTMLFormElement).onsubmit = (submit) => this.openByName(submit);
    document.onvisibilitychange = () => this.open(this.peer);
    onbeforeunload = (unload) => {
      if (!this.chat.outbox.isEmpty) unload.preventDefault();
    };
    this.frame.hidden = false;
    this.open(null);
    this.chat.start();
    this.openName.focus();
  }

  private end(reason?: string): void {
    this.over = true;
    onbeforeunload = document.onvisibilitychange = null;
    this.frame.hidden = true;
    document.title = "Chat";
    void this.chat.stop();
    this.ended(reason);
  }

  private openByName(submit: SubmitEvent): void {
    submit.preventDefault();
    const name = tidyName(this.openName.value);
    const problem = problemWithRecipient(name);
    element("open-problem", HTMLElement).textContent = problem;
    if (problem !== null) return;
    this.openName.value = "";
    if (isRoom(name)) void this.chat.join(name);
    this.open(name);
  }

  private open(peer: string | null): void {
    const isOther = this.peer !== peer;
    this.peer = peer;
    if (!document.hidden) this.chat.look(peer);
    this.update();
    if (isOther && peer !== null) this.composer.begin(peer);
  }

  private back(): void {
    this.open(null);
    this.openName.focus();
  }

  // Many messages come at once: they are shown together.
  private update(): void {
    if (this.updating) return;
    this.updating = true;
    queueMicrotask(() => {
      this.updating = false;
      if (!this.over) this.show();
    });
  }

  private show(): void {
    const { chat } = this;
    if (chat.state === "refused") return this.end("The server does not accept this name.");
    if (this.state.textContent !== STATES[chat.state]) this.state.textContent = STATES[chat.state];
    this.state.dataset["state"] = chat.state;
    element("notice", HTMLElement).hidden = chat.notice === null;
    element("notice-text", HTMLElement).textContent = chat.notice;

    const figure = element("figure", HTMLElement);
    figure.hidden = chat.figure === null;
    figure.textContent = chat.figure && textOf(chat.figure);

    const all = chat.conversations.list();
    const unread = all.reduce((sum, conversation) => sum + conversation.unread, 0);
    document.title = unread > 0 ? `(${unread}) Chat` : "Chat";
    this.conversations.show(all, this.peer);
    this.frame.classList.toggle("is-open", this.peer !== null);
    element("nobody", HTMLElement).hidden = this.peer !== null;
    element("open", HTMLElement).hidden = this.peer === null;
    if (this.peer !== null) this.showOpen(this.peer);
  }

  private showOpen(peer: string): void {
    const conversation = this.chat.conversations.with(peer);
    element("peer", HTMLElement).textContent = peer;
    paintAvatar(element("peer-avatar", HTMLElement), peer);
    const earlier = element("earlier", HTMLButtonElement);
    earlier.hidden = conversation.complete;
    earlier.disabled = conversation.loading || this.chat.state !== "connected";
    this.messages.show(conversation, this.chat.outbox.to(peer));
  }
}

// A figure, or several with their names.
const textOf = ({ topic, value }: TopicValue): string =>
  `${topic.slice(1)}: ${typeof value === "object" && value !== null ? Object.entries(value).map(([name, figure]) => `${name} ${figure}`).join(", ") : value}`;
