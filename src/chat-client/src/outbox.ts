import { backOff, Pause } from "./backoff";
import type { Connection } from "./connection";
import { type Message, type Receipt, type Refusal, refusalOf } from "./wire";

/** A message that the user wrote and that no stream has delivered yet. */
export interface Draft extends Pick<Message, "id" | "to" | "content"> {
  readonly writtenAt: number;
  /** `stored`: durable, but not delivered to this client yet. `failed`: refused, or too old to know whether the server stored it. */
  state: "sending" | "stored" | "failed";
  /** The refusal that made it fail or wait. */
  problem?: Refusal;
  /** Time of the first attempt, in the unit of `Date.now()`. */
  triedAt?: number;
}

export interface OutboxOptions {
  readonly user: string;
  /** Keeps drafts over reloads and for the user's other tabs: `localStorage`. */
  readonly storage: Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;
  /** Returns whether the message of this receipt was delivered: `mailbox.has`. */
  readonly isDelivered: (receipt: Receipt) => boolean;
  readonly changed: () => void;
  /** The server's `Chat:Messaging:MaxFrameBytes`. The default is 65536. A longer content could close every connection that sends it. */
  readonly maxContentBytes?: number;
}

// The server remembers an id for 24 hours. A draft that is sent again later could be stored twice.
const ID_LIFETIME = 23 * 60 * 60 * 1000;

// Milliseconds that another tab has to send its own drafts.
const OTHER_TAB_TIMEOUT = 5000;

const TOO_LARGE: Refusal = { code: "too_large", text: "The message is too long.", retryable: false };
const STALE: Refusal = { code: "stale", text: "It is unknown whether the server stored this message.", retryable: false };

/** Sends messages one at a time, in order, while connected. Each has an id, so that the server stores a message once, even when the client sends it again. */
export class Outbox {
  /** All drafts, in the order in which they were written. */
  all: readonly Draft[] = [];
  // Ids of the drafts that this tab sends: its own, and those that other tabs have not sent in time.
  private readonly own = new Set<string>();
  // Ids of the drafts for which the storage has no room. They are sent while the page is open.
  private readonly unsaved = new Set<string>();
  private readonly prefix: string;
  private readonly pause = new Pause();
  private isOpen = false;
  private isRunning = false;

  constructor(private readonly connection: Connection, private readonly options: OutboxOptions) {
    this.prefix = `chat.outbox:${options.user}:`;
    this.refresh();
    connection.onState(() => ((this.isOpen = false), this.pause.end()));
  }

  /** Sends drafts until the connection ends. Call it when the mailbox is ready: then all messages that were stored before are delivered. */
  start(): void {
    this.isOpen = true;
    // A stored draft that is not delivered by now never will be: the server lost that log.
    this.update(this.all.filter(({ state }) => state !== "stored"));
    this.adopt(Infinity);
  }

  add(to: string, content: string): void {
    const writtenAt = Math.max(Date.now(), (this.all.at(-1)?.writtenAt ?? 0) + 1);
    this.enqueue({ id: newId(), to, content, writtenAt, state: "sending" });
  }

  /** Sends a failed draft again. */
  retry(id: string): void {
    const draft = this.all.find((candidate) => candidate.id === id);
    if (draft?.state !== "failed") return;
    this.remove(id);
    const { to, content, writtenAt, problem } = draft;
    this.enqueue({ id: problem?.code === "key_conflict" ? newId() : id, to, content, writtenAt, state: "sending" });
  }

  /** Removes a draft: it was delivered as a message, or the user discarded it. */
  remove(id: string): void {
    this.options.storage.removeItem(this.prefix + id);
    this.own.delete(id);
    if (this.all.some((draft) => draft.id === id)) this.update(this.all.filter((draft) => draft.id !== id));
  }

  /** Reads the storage again. Call it when another tab has changed the storage. */
  refresh(): void {
    const { storage } = this.options;
    const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at)!).filter((key) => key.startsWith(this.prefix));
    const kept = new Map(keys.flatMap((key) => draftIn(storage.getItem(key), key.slice(this.prefix.length))).map((draft) => [draft.id, draft]));
    const isHere = ({ id, state }: Draft) => state === "stored" || this.unsaved.has(id) || (this.own.has(id) && kept.has(id));
    for (const draft of this.all.filter(isHere)) kept.set(draft.id, draft);
    this.update([...kept.values()]);
    const foreign = this.all.filter(({ id, state }) => state === "sending" && !this.own.has(id)).at(-1);
    if (foreign) setTimeout(() => this.adopt(foreign.writtenAt), OTHER_TAB_TIMEOUT);
  }

  // Takes over the drafts of other tabs up to a time: such a tab may be closed, frozen or offline. If both tabs send one, its id makes it one message.
  private adopt(until: number): void {
    for (const { id, writtenAt } of this.all) if (writtenAt <= until) this.own.add(id);
    this.refresh();
    void this.run();
  }

  private enqueue(draft: Draft): void {
    this.own.add(draft.id);
    this.update([...this.all, draft]);
    this.save(draft);
    void this.run();
  }

  private save(draft: Draft): void {
    if (!this.all.includes(draft)) return;
    try {
      this.options.storage.setItem(this.prefix + draft.id, JSON.stringify(draft));
    } catch {
      this.unsaved.add(draft.id);
    }
  }

  private update(drafts: readonly Draft[]): void {
    this.all = [...drafts].sort((a, b) => a.writtenAt - b.writtenAt);
    this.options.changed();
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    for (let attempt = 0, draft; this.isOpen && (draft = this.all.find(({ id, state }) => state === "sending" && this.own.has(id))); ) {
      if (await this.send(draft)) attempt = 0;
      else if (this.isOpen) await this.pause.wait(backOff(attempt++));
    }
    this.isRunning = false;
  }

  /** Sends a draft once. Returns true when it needs no further attempt: it is stored, or it has failed. */
  private async send(draft: Draft): Promise<boolean> {
    if (new TextEncoder().encode(draft.content).length > (this.options.maxContentBytes ?? 65536)) return this.handleRefusal(draft, TOO_LARGE);
    if (draft.triedAt !== undefined && Date.now() - draft.triedAt > ID_LIFETIME) return this.handleRefusal(draft, STALE);
    if (draft.triedAt === undefined) this.save(Object.assign(draft, { triedAt: Date.now() }));
    try {
      const receipt = await this.connection.call<Receipt>("Send", { to: draft.to, content: draft.content, id: draft.id });
      this.options.storage.removeItem(this.prefix + draft.id);
      draft.state = "stored";
      if (this.options.isDelivered(receipt)) this.remove(draft.id);
      else this.options.changed();
      return true;
    } catch (error) {
      return this.handleRefusal(draft, refusalOf(error));
    }
  }

  private handleRefusal(draft: Draft, problem: Refusal | null): boolean {
    const isFinal = problem?.retryable === false;
    if (problem) draft.problem = problem;
    if (isFinal) this.save(Object.assign(draft, { state: "failed" }));
    this.options.changed();
    return isFinal;
  }
}

// Returns no draft when the entry is broken or gone: every page of the site can write to the storage.
function draftIn(text: string | null, id: string): Draft[] {
  try {
    const draft = JSON.parse(text ?? "") as Draft;
    return draft.id === id && typeof draft.to === "string" && typeof draft.content === "string" && draft.writtenAt > 0 ? [draft] : [];
  } catch {
    return [];
  }
}

// crypto.randomUUID exists only on https and localhost pages. A page from plain http has getRandomValues alone.
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
