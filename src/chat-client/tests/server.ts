import type { Message, Receipt } from "../src/wire";
import { FakeHub, refusal } from "../testing/fakeHub";

/** A server for one user. Its log outlives its connections. */
export class FakeServer {
  epoch = "e";
  readonly hub = new FakeHub((method, argument) => this.answer(method, argument));
  readonly log = new Map<string, Message[]>([["alice", []]]);
  /** Stores messages, and ends the connection before the receipt. */
  losesReceipts = false;
  /** The refusal of every call, if any. */
  refuses: Error | null = null;
  pageSize = 500;

  append(stream: string, content: string, from = "bob", id = `${from} ${content}`): Message {
    const entries = this.log.get(stream)!;
    const offset = entries.length + 1;
    const message = { stream, offset, position: `${this.epoch}.${offset}`, id, from, to: "alice", content, sentAt: "2026-11-23T09:48:10.000Z" };
    entries.push(message);
    return message;
  }

  /** Appends a message and sends it to the connected client. */
  push(stream: string, content: string, from?: string): void {
    this.hub.send("ReceiveMessage", this.append(stream, content, from));
  }

  private answer(method: string, argument: never): unknown {
    if (this.refuses) throw this.refuses;
    if (method === "Send") return this.send(argument);
    if (method === "Read") return this.read(argument);
    if (method === "Resume") return this.resume(argument);
    if (method === "Join") return this.join(argument);
    return {};
  }

  private send({ to, content, id }: { to: string; content: string; id: string }): Receipt {
    const entries = this.log.get("alice")!;
    const known = entries.find((message) => message.id === id);
    const message = known ?? { ...this.append("alice", content, "alice", id), to };
    if (this.losesReceipts) {
      this.hub.disconnect();
      throw new Error("Invocation canceled due to the underlying connection being closed.");
    }
    if (!known) this.hub.send("ReceiveMessage", message);
    return { ...message, duplicate: known !== undefined };
  }

  private read({ stream, limit = 50 }: { stream: string; limit?: number }) {
    return { messages: this.log.get(stream)!.slice(-limit), more: false };
  }

  private join({ room }: { room: string }) {
    if (!this.log.has(room)) this.log.set(room, []);
    return { room, head: this.head(room) };
  }

  private head(stream: string): string {
    return `${this.epoch}.${this.log.get(stream)!.length}`;
  }

  private resume({ positions }: { positions: Record<string, string> }) {
    if (Object.keys(positions).some((stream) => !this.log.has(stream))) throw refusal("forbidden", "That stream is not yours.");
    return {
      user: "alice",
      streams: [...this.log].map(([stream, messages]) => {
        const [epoch, offset] = (positions[stream] ?? `${this.epoch}.0`).split(".") as [string, string];
        const recovered = epoch === this.epoch;
        const missed = messages.slice(recovered ? Number(offset) : 0);
        return { stream, recovered, messages: missed.slice(0, this.pageSize), head: this.head(stream), confirmed: `${this.epoch}.0`, more: missed.length > this.pageSize };
      }),
    };
  }
}
