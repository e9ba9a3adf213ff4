import { Connection, type ConnectionState, Mailbox, type Message, type Notice, Outbox, refusalOf, Topics, type TopicValue } from "chat-client";
import { local } from "../storage";
import type { Conversation } from "./conversation";
import { Conversations } from "./conversations";
import { OpenConversation } from "./openConversation";
import type { ReadAnswer } from "./places";
import { remember, type Session, sessionOf } from "./session";
import { saidOf, words } from "./words";

// Relative to the page: a proxy may serve both under a prefix.
const HUB = "chat";

const FIRST_PAGE = 50;
const EARLIER_PAGE = 100;

/** The figure that the page shows; samples/push keeps it current. */
const FIGURE = "$stats.sales";

/** What the page is told beside what it shows: it may read it out, or notify. */
export type Arrival = (conversation: Conversation, message: Message, isSeen: boolean) => void;

/** One signed-in user: what the page shows, and what it can ask for. */
export class Chat {
  readonly user: string;
  readonly conversations: Conversations;
  readonly open: OpenConversation;
  readonly outbox: Outbox;
  /** What was written to each and not sent. */
  readonly begun = new Map<string, string>();
  notice: string | null = null;
  figure: TopicValue | null = null;
  /** A token is asked for: the present one expires soon, or has. */
  wantsToken = false;

  private readonly connection: Connection;
  private readonly mailbox: Mailbox;
  private token: string | undefined;
  private arrived: Arrival = () => undefined;
  private changed: () => void = () => undefined;
  private wasUp = false;
  // Rooms that were opened without a connection.
  private readonly entering = new Set<string>();
  // What came while it caught up: the newest of each conversation is told of, when it has.
  private missed: Map<Conversation, Parameters<Arrival>> | null = null;

  constructor(session: Session) {
    this.user = session.user;
    this.token = session.token;
    const changed = () => this.changed();
    this.connection = new Connection({ url: HUB, ...(session.token === undefined ? { user: session.user } : { token: () => this.token ?? "" }) });
    this.mailbox = new Mailbox(this.connection, this.user, {
      message: (message) => this.take(message),
      reset: (stream) => this.forget(stream),
      ready: () => this.begin(),
      refused: (refusal) => this.tell(saidOf(refusal)),
    });
    this.conversations = new Conversations(this.connection, this.user, changed, (room) => {
      if (this.open.name === room) this.open.choose(null);
    });
    this.open = new OpenConversation(this.conversations, this.user, (conversation) => this.readEarlier(conversation), changed);
    this.outbox = new Outbox(this.connection, {
      user: this.user,
      storage: local,
      isDelivered: ({ stream, position }) => this.mailbox.has(stream, position),
      changed,
    });
    new Topics(this.connection).subscribe(FIGURE, (value) => {
      this.figure = value;
      changed();
    });
    this.connection.on("ReceiveNotice", (notice: Notice) => this.heed(notice));
    this.connection.onState((state) => {
      this.wasUp ||= state.kind === "connected";
      if (state.kind === "connected") {
        this.wantsToken = false;
        this.notice = null; // it was of the connection before
        this.missed ??= new Map();
      } else if (state.kind === "ended" && state.reason === "unauthenticated") this.wantsToken = this.wasUp;
      changed();
    });
  }

  get state(): ConnectionState {
    return this.connection.state;
  }

  get hasToken(): boolean {
    return this.token !== undefined;
  }

  /** It was connected once: an end after that is told where the conversations are. */
  get hasBeenUp(): boolean {
    return this.wasUp;
  }

  /** Begins, and tells of every change; returns what ends it. */
  start(changed: () => void, arrived: Arrival): () => void {
    this.changed = changed;
    this.arrived = arrived;
    const online = () => this.connection.retry();
    // A socket to a network that is gone says nothing for half a minute.
    const offline = () => this.connection.renew();
    const looked = () => {
      if (document.hidden) return;
      this.open.look();
      // Nobody says that another device has left a room.
      void this.conversations.refresh();
    };
    const stored = () => this.outbox.refresh();
    addEventListener("online", online);
    addEventListener("offline", offline);
    addEventListener("storage", stored);
    document.addEventListener("visibilitychange", looked);
    this.connection.start();
    return () => {
      removeEventListener("online", online);
      removeEventListener("offline", offline);
      removeEventListener("storage", stored);
      document.removeEventListener("visibilitychange", looked);
      this.changed = this.arrived = () => undefined;
      void this.connection.stop();
    };
  }

  /** Tries to connect now, also after an end. */
  connect(): void {
    this.connection.retry();
    this.connection.start();
  }

  /** Goes on with another token of the same user; false when it is none. */
  async useToken(token: string): Promise<boolean> {
    const session = sessionOf(token);
    if (session?.user !== this.user) return false;
    remember(session);
    this.token = token;
    if (this.connection.isUp) await this.attempt(() => this.connection.call("Refresh", { token }).then(() => (this.wantsToken = false)));
    else this.connect();
    return true;
  }

  /** Opens a conversation by the other one's name, or enters a room. */
  async choose(name: string | null, enter = false): Promise<void> {
    this.open.choose(name);
    this.changed();
    if (name === null) return;
    if (enter && this.conversations.with(name).isRoom) await this.enter(name);
    this.open.look();
  }

  private async enter(room: string): Promise<void> {
    this.entering.add(room);
    await this.attempt(async () => {
      await this.mailbox.join(room);
      this.entering.delete(room);
      void this.conversations.refresh();
    }, words().offlineJoin);
    if (this.connection.isUp) this.entering.delete(room); // it was refused
  }

  async leave(room: string): Promise<void> {
    this.entering.delete(room);
    await this.attempt(async () => {
      await this.mailbox.leave(room);
      this.conversations.leave(room);
    }, words().offlineLeave);
  }

  send(content: string): void {
    if (this.open.name === null) return;
    this.open.firstUnread = undefined;
    this.outbox.add(this.open.name, content);
  }

  tell(notice: string | null): void {
    this.notice = notice;
    this.changed();
  }

  async readEarlier(conversation: Conversation): Promise<void> {
    if (conversation.complete || conversation.loading || !this.connection.isUp) return;
    conversation.loading = true;
    const [first] = conversation.messages;
    const where = conversation.isRoom ? { stream: conversation.name } : { stream: this.user, with: conversation.name };
    await this.attempt(async () => {
      const page = await this.connection.call<ReadAnswer>("Read", { ...where, limit: first ? EARLIER_PAGE : FIRST_PAGE, ...(first && { before: first.position }) });
      conversation.prepend(page.messages, page.more);
      for (const { id, from } of page.messages) if (from === this.user) this.outbox.remove(id);
    });
    conversation.loading = false;
    this.changed();
  }

  private take(message: Message): void {
    if (message.from === this.user) this.outbox.remove(message.id);
    const conversation = this.conversations.add(message);
    if (conversation !== null) {
      if (message.from !== this.user) this.announce(conversation, message, this.open.isWatching(conversation));
      this.open.take(conversation, message);
    }
    this.changed();
  }

  private announce(...arrival: Parameters<Arrival>): void {
    if (this.missed) this.missed.set(arrival[0], arrival);
    else this.arrived(...arrival);
  }

  private async begin(): Promise<void> {
    for (const arrival of this.missed?.values() ?? []) this.arrived(...arrival);
    this.missed = null;
    void this.conversations.refresh().then(() => this.open.look());
    // What was written to them waits.
    for (const room of this.entering) await this.enter(room);
    this.outbox.start();
  }

  private forget(stream: string): void {
    this.conversations.clear(stream);
    this.tell(words().lostMessages);
  }

  private heed(notice: Notice): void {
    if (notice.code === "expiring") this.wantsToken = true;
    else if (notice.code === "draining" || notice.code === "slow_consumer" || notice.code === "trimmed") this.notice = saidOf(notice);
    this.changed();
  }

  /** Does what the server may refuse, and tells when it does. */
  private async attempt(what: () => Promise<unknown>, withoutConnection: string | null = null): Promise<void> {
    try {
      await what();
    } catch (error) {
      const refusal = refusalOf(error);
      // A room that one is not in yet has no history.
      if (refusal?.code !== "forbidden" || withoutConnection !== null) this.notice = refusal ? saidOf(refusal) : withoutConnection;
    }
    this.changed();
  }
}
