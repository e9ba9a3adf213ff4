import type { Connection } from "./connection";
import { type Refusal, refusalOf, type TopicValue } from "./wire";

/** Subscriptions to topics. It subscribes again after every reconnect, and never delivers an older value after a newer one. */
export class Topics {
  private readonly subscriptions = new Map<string, { onValue: (value: TopicValue) => void; onRefused: (refusal: Refusal) => void; version: number }>();

  constructor(private readonly connection: Connection) {
    connection.on("ReceiveValue", (value: TopicValue) => this.receive(value));
    // The server ends a subscription with its connection.
    connection.onState(({ kind }) => {
      if (kind === "connected") for (const topic of this.subscriptions.keys()) void this.requestValue(topic);
    });
  }

  /** Calls `onValue` with the current value and every new one, or `onRefused` when the server refuses. A second subscription to a topic replaces the first. */
  subscribe<T>(topic: string, onValue: (value: TopicValue<T>) => void, onRefused: (refusal: Refusal) => void = () => undefined): void {
    this.subscriptions.set(topic, { onValue: onValue as (value: TopicValue) => void, onRefused, version: -1 });
    if (this.connection.isUp) void this.requestValue(topic);
  }

  unsubscribe(topic: string): void {
    if (this.subscriptions.delete(topic) && this.connection.isUp) this.connection.call("Unsubscribe", { topic }).catch(() => undefined);
  }

  private async requestValue(topic: string): Promise<void> {
    const subscription = this.subscriptions.get(topic);
    if (!subscription) return;
    // A server that lost its log counts versions from the beginning.
    subscription.version = -1;
    try {
      const value = await this.connection.call<TopicValue | null>("Subscribe", { topic });
      if (value) this.receive(value);
    } catch (error) {
      const refusal = refusalOf(error);
      // A call that is too large closed the connection, and would close the next one.
      if (refusal?.code === "too_large") this.subscriptions.delete(topic);
      if (refusal) subscription.onRefused(refusal);
    }
  }

  // A value may arrive before the answer to Subscribe.
  private receive(value: TopicValue): void {
    const subscription = this.subscriptions.get(value.topic);
    if (!subscription || value.version <= subscription.version) return;
    subscription.version = value.version;
    subscription.onValue(value);
  }
}
