import { backOff, Pause } from "./backoff";
import type { Connection } from "./connection";
import { type Message, type Receipt, type Refusal, refusalOf } from "./wire";

/** A message that was written and has not come back as a message of a stream. */
export interface Draft extends Pick<Message, "id" | "to" | "content"> {
  readonly writtenAt: number;
  /** `stored`: it is durable, and on its way back. `failed`: it was refused, or nobody can say any more whether it was stored. */
  state: "sending" | "stored" | "failed";
  /** Why it failed, or has to wait. */
  problem?: Refusal;
  /** When it was sent first. */
  triedAt?: number;
}

export interface OutboxOptions {
  readonly user: string;
  /** Keeps what waits, over reloads and for the user's other tabs: `localStorage`. */
  readonly storage: Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;
  /** The message of this receipt has been delivered: `mailbox.has`. */
  readonly isDelivered: (receipt: Receipt) => boolean;
  readonly changed: () => void;
  /** The server's `Chat:Messaging:MaxFrameBytes`, 64 KiB unless given: a longer content could end every connection that it is sent on. */
  readonly maxContentBytes?: number;
}

// The server knows an id for a day: what was sent before, and is sent again later, would be there twice.
const KEY_LIFE = 23 * 60 * 60 * 1000;
const PATIENCE = 5000;
const TOO_LARGE: Refusal = { code: "too_large", text: "The message is too long.", retryable: false };
const STALE: Refusal = { code: "stale", text: "Nobody can say any more whether this was sent.", retryable: false };

/** Sends one message after the other, in order, when there is a connection. Each has an id, so that one whose receipt was lost is sent again without being doubled. */
export class Outbox {
  /** What waits, has failed or is on its way back, in the order in which it was written. */
  all: readonly Draft[] = [];
  // What this one sends: what was written in it, and what other tabs have not sent for a while.
  private readonly own = new Set<string>();
  // Those for which the storage has no room: they are sent all the same while the page lives.
  private readonly unkept = new Set<string>();
  private readonly prefix: string;
  private readonly pause = new Pause();
  private open = false;
  private running = false;

  constructor(private readonly connection: Connection, private readonly options: OutboxOptions) {
    this.prefix = `chat.outbox:${options.user}:`;
    this.refresh();
    connection.onState(() => ((this.open = false), this.pause.cutShort()));
  }

  /** Sends what waits until the connection ends; to be called when the mailbox is ready, which has by then brought what was stored before. */
  start(): void {
    this.open = true;
    // What was stored and has not come by now is not coming: the log that held it is gone.
    this.show(this.all.filter(({ state }) => state !== "stored"));
    this.take(Infinity);
  }

  add(to: string, content: string): void {
    const writtenAt = Math.max(Date.now(), (this.all.at(-1)?.writtenAt ?? 0) + 1);
    this.put({ id: newId(), to, content, writtenAt, state: "sending" });
  }

  /** Sends again what has failed. */
  retry(id: string): void {
    const draft = this.all.find((one) => one.id === id);
    if (draft?.state !== "failed") return;
    this.remove(id);
    const { to, content, writtenAt, problem } = draft;
    this.put({ id: problem?.code === "key_conflict" ? newId() : id, to, content, writtenAt, state: "sending" });
  }

  /** The draft has come as a message, or the user has given it up. */
  remove(id: string): void {
    this.options.storage.removeItem(this.prefix + id);
    this.own.delete(id);
    if (this.all.some((draft) => draft.id === id)) this.show(this.all.filter((draft) => draft.id !== id));
  }

  /** Reads the storage again: to be called when another tab has changed it. */
  refresh(): void {
    const { storage } = this.options;
    const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at)!).filter((key) => key.startsWith(this.prefix));
    const kept = new Map(keys.flatMap((key) => draftIn(storage.getItem(key), key.slice(this.prefix.length))).map((draft) => [draft.id, draft]));
    const isHere = ({ id, state }: Draft) => state === "stored" || this.unkept.has(id) || (this.own.has(id) && kept.has(id));
    for (const draft of this.all.filter(isHere)) kept.set(draft.id, draft);
    this.show([...kept.values()]);
    const foreign = this.all.filter(({ id, state }) => state === "sending" && !this.own.has(id)).at(-1);
    if (foreign) setTimeout(() => this.take(foreign.writtenAt), PATIENCE);
  }

  // Sends what was written until then, wherever: another tab may be closed, frozen or without a connection. Ids make one of two.
  private take(until: number): void {
    for (const { id, writtenAt } of this.all) if (writtenAt <= until) this.own.add(id);
    this.refresh();
    void this.run();
  }

  private put(draft: Draft): void {
    this.own.add(draft.id);
    this.show([...this.all, draft]);
    this.keep(draft);
    void this.run();
  }

  private keep(draft: Draft): void {
    if (!this.all.includes(draft)) return;
    try {
      this.options.storage.setItem(this.prefix + draft.id, JSON.stringify(draft));
    } catch {
      this.unkept.add(draft.id);
    }
  }

  private show(drafts: readonly Draft[]): void {
    this.all = [...drafts].sort((a, b) => a.writtenAt - b.writtenAt);
    this.options.changed();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let attempt = 0, draft; this.open && (draft = this.all.find(({ id, state }) => state === "sending" && this.own.has(id))); ) {
      if (await this.send(draft)) attempt = 0;
      else if (this.open) await this.pause.wait(backOff(attempt++));
    }
    this.running = false;
  }

  /** True when it is done with, one way or another. */
  private async send(draft: Draft): Promise<boolean> {
    if (new TextEncoder().encode(draft.content).length > (this.options.maxContentBytes ?? 65536)) return this.refused(draft, TOO_LARGE);
    if (draft.triedAt !== undefined && Date.now() - draft.triedAt > KEY_LIFE) return this.refused(draft, STALE);
    if (draft.triedAt === undefined) this.keep(Object.assign(draft, { triedAt: Date.now() }));
    try {
      const receipt = await this.connection.call<Receipt>("Send", { to: draft.to, content: draft.content, id: draft.id });
      this.options.storage.removeItem(this.prefix + draft.id);
      draft.state = "stored";
      if (this.options.isDelivered(receipt)) this.remove(draft.id);
      else this.options.changed();
      return true;
    } catch (error) {
      return this.refused(draft, refusalOf(error));
    }
  }

  private refused(draft: Draft, problem: Refusal | null): boolean {
    const isFinal = problem?.retryable === false;
    if (problem) draft.problem = problem;
    if (isFinal) this.keep(Object.assign(draft, { state: "failed" }));
    this.options.changed();
    return isFinal;
  }
}

// None where it is broken, or gone by now: the storage is open to the whole site.
function draftIn(text: string | null, id: string): Draft[] {
  try {
    const draft = JSON.parse(text ?? "") as Draft;
    return draft.id === id && typeof draft.to === "string" && typeof draft.content === "string" && draft.writtenAt > 0 ? [draft] : [];
  } catch {
    return [];
  }
}

// crypto.randomUUID exists only where the page came by https or from this computer; a chat at home comes by plain http.
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
