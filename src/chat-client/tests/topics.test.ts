import { expect, it } from "vitest";
import { Connection } from "../src/connection";
import { Topics } from "../src/topics";
import { FakeHub, refusal } from "../testing/fakeHub";
import { until } from "./until";

const value = (version: number) => ({ topic: "$stats.sales", value: version * 10, version, publishedAt: "2026-11-23T09:48:10.000Z" });

async function subscribe(hub: FakeHub) {
  const connection = new Connection({}, hub.make);
  const topics = new Topics(connection);
  const received: unknown[] = [];
  const refusals: string[] = [];
  topics.subscribe<number>("$stats.sales", ({ value }) => received.push(value), ({ code }) => refusals.push(code));
  connection.start();
  await until(() => expect(hub.callsOf("Subscribe")).toHaveLength(1));
  return { connection, topics, received, refusals };
}

it("A subscription begins with the current value", async () => {
  const { received } = await subscribe(new FakeHub(() => value(3)));
  await until(() => expect(received).toEqual([30]));
});

it("An older value never follows a newer one", async () => {
  const hub = new FakeHub(() => new Promise((resolve) => (answer = resolve)));
  let answer: (value: unknown) => void = () => undefined;
  const { received } = await subscribe(hub);
  hub.send("ReceiveValue", value(5));
  answer(value(4));
  await Promise.resolve();
  hub.send("ReceiveValue", value(6));
  expect(received).toEqual([50, 60]);
});

it("A subscription continues after a reconnect, even when versions begin again", async () => {
  const hub = new FakeHub(() => value(7));
  const { connection, received } = await subscribe(hub);
  await until(() => expect(received).toEqual([70]));
  hub.answer = () => value(1);
  hub.disconnect();
  await until(() => expect(connection.state.kind).toBe("waiting"));
  connection.retry();
  await until(() => expect(received).toEqual([70, 10]));
});

it("An unsubscribed topic delivers nothing and is not subscribed again", async () => {
  const hub = new FakeHub(() => null);
  const { connection, topics, received } = await subscribe(hub);
  topics.unsubscribe("$stats.sales");
  hub.send("ReceiveValue", value(8));
  expect(hub.callsOf("Unsubscribe")).toEqual([{ topic: "$stats.sales" }]);
  hub.disconnect();
  await until(() => expect(connection.state.kind).toBe("waiting"));
  connection.retry();
  await until(() => expect(connection.isUp).toBe(true));
  expect(hub.callsOf("Subscribe")).toHaveLength(1);
  expect(received).toEqual([]);
});

it("A refusal is reported to the subscriber", async () => {
  const { refusals } = await subscribe(
    new FakeHub(() => {
      throw refusal("forbidden", "Not for you.");
    }),
  );
  await until(() => expect(refusals).toEqual(["forbidden"]));
});

it("A subscription that is too large is not repeated", async () => {
  const hub = new FakeHub(() => { throw refusal("too_large", "A call has at most 10 bytes: the server's Chat:Messaging:MaxFrameBytes is 1."); });
  const { connection, refusals } = await subscribe(hub);
  await until(() => expect(refusals).toEqual(["too_large"]));
  hub.disconnect();
  await until(() => expect(connection.state.kind).toBe("waiting"));
  connection.retry();
  await until(() => expect(connection.isUp).toBe(true));
  expect(hub.callsOf("Subscribe")).toHaveLength(1);
});
