import { backOff, delay } from "./backoff";
import { Connection, type ConnectionState } from "./connection";
import { type Conversation, Conversations } from "./conversations";
import { Outbox } from "./outbox";
import { isRoom, type Message, type ReadAnswer, type ReadRequest, refusalOf, type ResumeAnswer, type ResumedStream, type TopicValue } from "./protocol";
import { Streams } from "./stream";

const FIRST_PAGE = 200;
const EARLIER_PAGE = 50;

/** The figure that the page shows; samples/push keeps it current. */
const FIGURE = "$stats.sales";

/** One signed-in user: what the view shows, and what it can ask for. */
export class Chat {
  readonly conversations: Conversations;
  readonly outbox: Outbox;
  state: ConnectionState = "connecting";
  notice: string | null = null;
  figure: TopicValue | null = null;

  private readonly connection: Connection;
  private readonly streams: Streams;
  private open: string | null = null;
  private life = 0;
  private catchUpWanted = false;
  private catchingUp = false;

  /** @param changed there is something new to show. */
  constructor(readonly user: string, private readonly changed: () => void) {
    this.conversations = new Conversations(user);
    this.streams = new Streams((message) => this.deliver(message), (stream) => this.forget(stream));
    this.connection = new Connection(user, {
      message: (message) => this.streams.of(message.stream).receive(message) && this.catchUp(),
      value: (value) => this.showFigure(value),
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

  /** Enters a room: what is said there comes from now on, on all the user's devices. */
  async join(room: string): Promise<void> {
    try {
      await this.connection.call("Join", { room });
      this.catchUp();
    } catch (error) {
      this.tell(refusalOf(error)?.text ?? "The room can be entered when there is a connection.");
    }
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
      const page = await this.read({ ...this.place(conversation.peer), limit: EARLIER_PAGE, ...(conversation.earliest && { before: conversation.earliest }) });
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
    // A subscription ends with its connection.
    this.connection.call<TopicValue | null>("Subscribe", { topic: FIGURE }).then((value) => value && this.showFigure(value), () => undefined);
    void this.outbox.run();
  }

  private deliver(message: Message): void {
    const conversation = this.conversations.add(message);
    if (message.from === this.user) this.outbox.remove(message.id);
    else if (conversation.peer !== this.open || document.hidden) conversation.unread++;
    this.changed();
  }

  // A value may overtake another on its way.
  private showFigure(value: TopicValue): void {
    if (this.figure && this.figure.version > value.version) return;
    this.figure = value;
    this.changed();
  }

  private forget(stream: string): void {
    this.life++;
    this.conversations.clear(stream);
    if (!isRoom(stream)) this.conversations.markComplete();
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
        const before = JSON.stringify(this.streams.positions);
        const more = await this.fetchMissed();
        this.catchUpWanted ||= more;
        if (more && JSON.stringify(this.streams.positions) === before) await delay(backOff(attempt++));
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
    const mailbox = this.streams.of(this.user);
    if (mailbox.position === null) {
      const newest = await this.read({ stream: this.user, limit: FIRST_PAGE });
      mailbox.begin(newest.messages);
      for (const conversation of this.conversations.list()) conversation.unread = 0;
      if (!newest.more) this.conversations.markComplete();
      if (this.open !== null) this.look(this.open);
    }
    let more = false;
    for (const answer of await this.resume())
      if (isRoom(answer.stream) && this.streams.of(answer.stream).position === null) more = (await this.beginRoom(answer)) || more;
      else more = this.streams.of(answer.stream).apply(answer) || more;
    return more;
  }

  private async resume(): Promise<ResumedStream[]> {
    try {
      return await this.resumeAfter(this.streams.positions);
    } catch (error) {
      if (refusalOf(error)?.code !== "forbidden") throw error;
      // A room is not the user's any more. The answer for no room in particular names those that are.
      await this.resumeAfter({});
      return this.resumeAfter(this.streams.positions);
    }
  }

  private async resumeAfter(positions: Record<string, string>): Promise<ResumedStream[]> {
    const { streams } = await this.connection.call<ResumeAnswer>("Resume", { positions });
    this.streams.keep(new Set(streams.map(({ stream }) => stream)));
    return streams;
  }

  /** Begins a room with its newest messages; true when there may be newer ones by now. */
  private async beginRoom(answer: ResumedStream): Promise<boolean> {
    const room = this.conversations.with(answer.stream);
    const newest = await this.read({ stream: answer.stream, limit: EARLIER_PAGE });
    this.streams.of(answer.stream).begin(newest.messages);
    room.complete = !newest.more;
    room.unread = 0;
    return newest.messages.length > 0 || this.streams.of(answer.stream).apply(answer);
  }

  private place(peer: string): Pick<ReadRequest, "stream" | "with"> {
    return isRoom(peer) ? { stream: peer } : { stream: this.user, with: peer };
  }

  private read(request: ReadRequest): Promise<ReadAnswer> {
    return this.connection.call<ReadAnswer>("Read", request);
  }
}
