import { Connection, type ConnectionState, Mailbox, type Message, type Notice, Outbox, refusalOf, Topics, type TopicValue } from "chat-client";
import { local } from "../storage";
import type { Conversation } from "./conversation";
import { Conversations } from "./conversations";
import { OpenConversation } from "./openConversation";
import type { ReadAnswer } from "./peers";
import { remember, type Identity, identityOf } from "./identity";
import { t, textOf } from "./texts";

// Relative to the page: a proxy may serve page and hub under a path prefix.
const HUB = "chat";

const FIRST_PAGE = 50;
const EARLIER_PAGE = 100;

/** The topic that the page shows; samples/push publishes it. */
const FIGURE = "$stats.sales";

/** Receives each new message of another user: for screen readers and notifications. */
export type Arrival = (conversation: Conversation, message: Message, isSeen: boolean) => void;

/** The state and the actions of one signed-in user's page. */
export class Chat {
  readonly user: string;
  readonly conversations: Conversations;
  readonly open: OpenConversation;
  readonly outbox: Outbox;
  /** Unsent text of the composer, by conversation. */
  readonly unsent = new Map<string, string>();
  notice: string | null = null;
  figure: TopicValue | null = null;
  /** The page asks for a token: the current one has expired or expires soon. */
  wantsToken = false;

  private readonly connection: Connection;
  private readonly mailbox: Mailbox;
  private token: string | undefined;
  private arrived: Arrival = () => undefined;
  private changed: () => void = () => undefined;
  private wasUp = false;
  // Rooms that the user opened without a connection. The page joins them after the next connect.
  private readonly unjoined = new Set<string>();
  // While the mailbox catches up: the newest message of each conversation. The page announces them when it is ready.
  private missed: Map<Conversation, Parameters<Arrival>> | null = null;

  constructor(identity: Identity) {
    this.user = identity.user;
    this.token = identity.token;
    const changed = () => this.changed();
    this.connection = new Connection({ url: HUB, ...(identity.token === undefined ? { user: identity.user } : { token: () => this.token ?? "" }) });
    this.mailbox = new Mailbox(this.connection, this.user, {
      message: (message) => this.receive(message),
      reset: (stream) => this.forget(stream),
      ready: () => this.ready(),
      refused: (refusal) => this.showNotice(textOf(refusal)),
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
    this.connection.on("ReceiveNotice", (notice: Notice) => this.handleNotice(notice));
    this.connection.onState((state) => {
      this.wasUp ||= state.kind === "connected";
      if (state.kind === "connected") {
        this.wantsToken = false;
        this.notice = null; // it was about the previous connection
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

  /** Whether it has been connected. If so, the page shows the end of the connection above the conversations. */
  get hasBeenUp(): boolean {
    return this.wasUp;
  }

  /** Connects, and reports every change. Returns the function that ends it. */
  start(changed: () => void, arrived: Arrival): () => void {
    this.changed = changed;
    this.arrived = arrived;
    const online = () => this.connection.retry();
    // A socket of a lost network is silent for half a minute.
    const offline = () => this.connection.renew();
    const visible = () => {
      if (document.hidden) return;
      this.open.look();
      // The server does not report that another device left a room.
      void this.conversations.refresh();
    };
    const stored = () => this.outbox.refresh();
    addEventListener("online", online);
    addEventListener("offline", offline);
    addEventListener("storage", stored);
    document.addEventListener("visibilitychange", visible);
    this.connection.start();
    return () => {
      removeEventListener("online", online);
      removeEventListener("offline", offline);
      removeEventListener("storage", stored);
      document.removeEventListener("visibilitychange", visible);
      this.changed = this.arrived = () => undefined;
      void this.connection.stop();
    };
  }

  /** Connects now, also after an end. */
  connect(): void {
    this.connection.retry();
    this.connection.start();
  }

  /** Continues with another token of the same user. Returns false when it is not such a token. */
  async useToken(token: string): Promise<boolean> {
    const identity = identityOf(token);
    if (identity?.user !== this.user) return false;
    remember(identity);
    this.token = token;
    if (this.connection.isUp) await this.attempt(() => this.connection.call("Refresh", { token }).then(() => (this.wantsToken = false)));
    else this.connect();
    return true;
  }

  /** Opens a conversation by the name of the user or room, or closes it; with `join`, also joins the room. */
  async choose(name: string | null, join = false): Promise<void> {
    this.open.choose(name);
    this.changed();
    if (name === null) return;
    if (join && this.conversations.with(name).isRoom) await this.join(name);
    this.open.look();
  }

  private async join(room: string): Promise<void> {
    this.unjoined.add(room);
    await this.attempt(async () => {
      await this.mailbox.join(room);
      this.unjoined.delete(room);
      void this.conversations.refresh();
    }, t().offlineJoin);
    if (this.connection.isUp) this.unjoined.delete(room); // the server refused
  }

  async leave(room: string): Promise<void> {
    this.unjoined.delete(room);
    await this.attempt(async () => {
      await this.mailbox.leave(room);
      this.conversations.leave(room);
    }, t().offlineLeave);
  }

  send(content: string): void {
    if (this.open.name === null) return;
    this.open.firstUnread = undefined;
    this.outbox.add(this.open.name, content);
  }

  showNotice(notice: string | null): void {
    this.notice = notice;
    this.changed();
  }

  async readEarlier(conversation: Conversation): Promise<void> {
    if (conversation.complete || conversation.loading || !this.connection.isUp) return;
    conversation.loading = true;
    const [first] = conversation.messages;
    const source = conversation.isRoom ? { stream: conversation.name } : { stream: this.user, with: conversation.name };
    await this.attempt(async () => {
      const limit = first ? EARLIER_PAGE : FIRST_PAGE;
      const page = await this.connection.call<ReadAnswer>("Read", { ...source, limit, ...(first && { before: first.position }) });
      conversation.prepend(page.messages, page.more);
      for (const { id, from } of page.messages) if (from === this.user) this.outbox.remove(id);
    });
    conversation.loading = false;
    this.changed();
  }

  private receive(message: Message): void {
    if (message.from === this.user) this.outbox.remove(message.id);
    const conversation = this.conversations.add(message);
    if (conversation !== null) {
      if (message.from !== this.user) this.announce(conversation, message, this.open.isWatching(conversation));
      this.open.receive(conversation, message);
    }
    this.changed();
  }

  private announce(...arrival: Parameters<Arrival>): void {
    if (this.missed) this.missed.set(arrival[0], arrival);
    else this.arrived(...arrival);
  }

  private async ready(): Promise<void> {
    for (const arrival of this.missed?.values() ?? []) this.arrived(...arrival);
    this.missed = null;
    void this.conversations.refresh().then(() => this.open.look());
    // Before the outbox, which may hold messages to these rooms.
    for (const room of this.unjoined) await this.join(room);
    this.outbox.start();
  }

  private forget(stream: string): void {
    this.conversations.clear(stream);
    this.showNotice(t().lostMessages);
  }

  private handleNotice(notice: Notice): void {
    if (notice.code === "expiring") this.wantsToken = true;
    else if (notice.code === "draining" || notice.code === "slow_consumer" || notice.code === "trimmed") this.notice = textOf(notice);
    this.changed();
  }

  /** Runs an action, and shows a refusal of the server as a notice. */
  private async attempt(action: () => Promise<unknown>, withoutConnection: string | null = null): Promise<void> {
    try {
      await action();
    } catch (error) {
      const refusal = refusalOf(error);
      // A room that the user has not joined yet has no history.
      if (refusal?.code !== "forbidden" || withoutConnection !== null) this.notice = refusal ? textOf(refusal) : withoutConnection;
    }
    this.changed();
  }
}
