import { backOff, delay } from "./backoff";
import { refusalOf, type SendRequest } from "./protocol";

/** A message that was written but has not come back as a message of the mailbox. */
export interface Draft extends SendRequest {
  state: "sending" | "stored" | "failed";
  problem?: string;
}

/** Sends one message after the other, in order. Each has a key, so that one whose answer was lost is sent again without being doubled. */
export class Outbox {
  private drafts: Draft[] = [];
  private sending = false;

  constructor(
    private readonly send: (request: SendRequest) => Promise<unknown>,
    private readonly isUp: () => boolean,
    private readonly changed: () => void,
  ) {}

  get isEmpty(): boolean {
    return !this.drafts.some((draft) => draft.state === "sending");
  }

  to(peer: string): readonly Draft[] {
    return this.drafts.filter((draft) => draft.to === peer);
  }

  add(to: string, content: string): void {
    this.drafts.push({ to, content, id: newKey(), state: "sending" });
    this.changed();
    void this.run();
  }

  /** The draft has become a message, or the user has given it up. */
  remove(id: string): void {
    this.drafts = this.drafts.filter((draft) => draft.id !== id);
    this.changed();
  }

  /** What was stored is not coming back: the log that held it is gone. */
  forgetStored(): void {
    this.drafts = this.drafts.filter((draft) => draft.state !== "stored");
  }

  /** Sends what waits; to be called whenever there is a connection. */
  async run(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let attempt = 0, draft; (draft = this.drafts.find(({ state }) => state === "sending")); ) {
      try {
        await this.send({ to: draft.to, content: draft.content, id: draft.id });
        draft.state = "stored";
        attempt = 0;
      } catch (error) {
        if (!this.isUp()) break;
        const refusal = refusalOf(error);
        if (refusal && !refusal.retryable) {
          draft.state = "failed";
          draft.problem = refusal.text;
        } else {
          if (refusal) draft.problem = refusal.text;
          this.changed();
          await delay(backOff(attempt++));
        }
      }
      this.changed();
    }
    this.sending = false;
  }
}

// crypto.randomUUID exists only where the page came by https or from this computer; a chat at home comes by plain http.
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
