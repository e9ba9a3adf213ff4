import { backOff, delay } from "./backoff";
import { Connection, type ConnectionState } from "./connection";
import { type Conversation, Conversations } from "./conversations";
import { Mailbox } from "./mailbox";
import { Outbox } from "./outbox";
import { type Message, type ReadAnswer, type ReadRequest, refusalOf, type ResumeAnswer } from "./protocol";

const FIRST_PAGE = 200;
const EARLIER_PAGE = 50;

/** One signed-in user: what the view shows, and what it can ask for. */
export class Chat {
  readonly conversations: Conversations;
  readonly outbox: Outbox;
  state: ConnectionState = "connecting";
  notice: string | null = null;

  private readonly connection: Connection;
  private readonly mailbox: Mailbox;
  private open: string | null = null;
  private life = 0;
  private catchUpWanted = false;
  private catchingUp = false;

  /** @param changed there is something new to show. */
  constructor(readonly user: string, private readonly changed: () => void) {
    this.conversations = new Conversations(user);
    this.mailbox = new Mailbox((message) => this.deliver(message), () => this.forget());
    this.connection = new Connection(user, {
      message: (message) => this.mailbox.receive(message) && this.catchUp(),
      notice: ({ text }) => this.tell(text),
      state: (state) => this.follow(state),
    });
    this.outbox = new Outbox((request) => this.connection.call("Send", request), () => this.connection.isUp, changed);
  }

  start(): void {
    this.connection.start();
  }

  stop(): Promise<void> {
    return this.connection.stop();
  }

  /** The conversation that the user looks at: its messages are not counted as unread. */
  look(peer: string | null): void {
    this.open = peer;
    if (peer === null) return;
    const conversation = this.conversations.with(peer);
    conversation.unread = 0;
    if (conversation.messages.length < EARLIER_PAGE) void this.readEarlier(conversation);
  }

  async readEarlier(conversation: Conversation): Promise<void> {
    if (conversation.complete || conversation.loading || !this.connection.isUp) return;
    const life = this.life;
    conversation.loading = true;
    try {
      const page = await this.read({ with: conversation.peer, limit: EARLIER_PAGE, ...(conversation.earliest && { before: conversation.earliest }) });
      if (life === this.life) conversation.prepend(page.messages, page.messages[0]?.position, page.more);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) this.tell(refusal.text);
    } finally {
      conversation.loading = false;
      this.changed();
    }
  }

  tell(notice: string | null): void {
    this.notice = notice;
    this.changed();
  }

  private follow(state: ConnectionState): void {
    this.state = state;
    this.changed();
    if (state !== "connected") return;
    this.catchUp();
    void this.outbox.run();
  }

  private deliver(message: Message): void {
    const conversation = this.conversations.add(message);
    if (message.from === this.user) this.outbox.remove(message.id);
    else if (conversation.peer !== this.open || document.hidden) conversation.unread++;
    this.changed();
  }

  private forget(): void {
    this.life++;
    this.conversations.clear();
    this.conversations.markComplete();
    this.outbox.forgetStored();
    this.tell("Some messages are not on the server any more.");
  }

  private catchUp(): void {
    this.catchUpWanted = true;
    if (!this.catchingUp) void this.runCatchUp();
  }

  // One at a time: answers that overlap would only repeat each other.
  private async runCatchUp(): Promise<void> {
    this.catchingUp = true;
    for (let attempt = 0; this.catchUpWanted && this.connection.isUp; ) {
      this.catchUpWanted = false;
      try {
        const before = this.mailbox.position;
        const more = await this.fetchMissed();
        this.catchUpWanted ||= more;
        if (more && this.mailbox.position === before) await delay(backOff(attempt++));
        else attempt = 0;
      } catch (error) {
        // Without a connection there is nothing to do: the next one begins here again.
        if (!this.connection.isUp) break;
        const refusal = refusalOf(error);
        if (refusal) this.tell(refusal.text);
        this.catchUpWanted = true;
        await delay(backOff(attempt++));
      }
    }
    this.catchingUp = false;
  }

  private async fetchMissed(): Promise<boolean> {
    if (this.mailbox.position === null) {
      const newest = await this.read({ limit: FIRST_PAGE });
      this.mailbox.begin(newest.messages);
      for (const conversation of this.conversations.list()) conversation.unread = 0;
      if (!newest.more) this.conversations.markComplete();
      if (this.open !== null) this.look(this.open);
    }
    const positions = this.mailbox.position === null ? {} : { [this.user]: this.mailbox.position };
    const { streams } = await this.connection.call<ResumeAnswer>("Resume", { positions });
    const answer = streams.find(({ stream }) => stream === this.user);
    return answer !== undefined && this.mailbox.apply(answer);
  }

  private read(request: Omit<ReadRequest, "stream">): Promise<ReadAnswer> {
    return this.connection.call<ReadAnswer>("Read", { stream: this.user, ...request } satisfies ReadRequest);
  }
}
