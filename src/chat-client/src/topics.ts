import type { Connection } from "./connection";
import { type Refusal, refusalOf, type TopicValue } from "./wire";

/** Live values: each topic's newest, again after every reconnect, and none after a newer one. */
export class Topics {
  private readonly subscriptions = new Map<string, { take: (value: TopicValue) => void; refused: (refusal: Refusal) => void; version: number }>();

  constructor(private readonly connection: Connection) {
    connection.on("ReceiveValue", (value: TopicValue) => this.take(value));
    // A subscription ends with its connection.
    connection.onState(({ kind }) => {
      if (kind === "connected") for (const topic of this.subscriptions.keys()) void this.ask(topic);
    });
  }

  /** Hears of a topic's values, the present one first, or that the server does not allow it. A topic has one subscriber; another takes its place. */
  subscribe<T>(topic: string, take: (value: TopicValue<T>) => void, refused: (refusal: Refusal) => void = () => undefined): void {
    this.subscriptions.set(topic, { take: take as (value: TopicValue) => void, refused, version: -1 });
    if (this.connection.isUp) void this.ask(topic);
  }

  unsubscribe(topic: string): void {
    // Without a connection there is nothing to end.
    if (this.subscriptions.delete(topic) && this.connection.isUp) this.connection.call("Unsubscribe", { topic }).catch(() => undefined);
  }

  private async ask(topic: string): Promise<void> {
    const subscription = this.subscriptions.get(topic);
    if (!subscription) return;
    // A log that was lost counts from the beginning.
    subscription.version = -1;
    try {
      const value = await this.connection.call<TopicValue | null>("Subscribe", { topic });
      if (value) this.take(value);
    } catch (error) {
      const refusal = refusalOf(error);
      // A call that is too large has ended the connection, and would end the next one.
      if (refusal?.code === "too_large") this.subscriptions.delete(topic);
      if (refusal) subscription.refused(refusal);
    }
  }

  // A value may overtake the answer to Subscribe.
  private take(value: TopicValue): void {
    const subscription = this.subscriptions.get(value.topic);
    if (!subscription || value.version <= subscription.version) return;
    subscription.version = value.version;
    subscription.take(value);
  }
}
