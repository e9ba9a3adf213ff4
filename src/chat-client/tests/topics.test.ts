import { expect, it } from "vitest";
import { Connection } from "../src/connection";
import { Topics } from "../src/topics";
import { FakeHub, refusal } from "../testing/fakeHub";
import { until } from "./until";

const value = (version: number) => ({ topic: "$stats.sales", value: version * 10, version, publishedAt: "2026-11-23T09:48:10.000Z" });

async function subscribe(hub: FakeHub) {
  const connection = new Connection({}, hub.made);
  const topics = new Topics(connection);
  const heard: unknown[] = [];
  const refusals: string[] = [];
  topics.subscribe<number>("$stats.sales", (heardNow) => heard.push(heardNow.value), ({ code }) => refusals.push(code));
  connection.start();
  await until(() => expect(hub.of("Subscribe")).toHaveLength(1));
  return { connection, topics, heard, refusals };
}

it("A topic begins with its present value", async () => {
  const { heard } = await subscribe(new FakeHub(() => value(3)));
  await until(() => expect(heard).toEqual([30]));
});

it("An older value never follows a newer one", async () => {
  const hub = new FakeHub(() => new Promise((resolve) => (answer = resolve)));
  let answer: (value: unknown) => void = () => undefined;
  const { heard } = await subscribe(hub);
  hub.say("ReceiveValue", value(5));
  answer(value(4));
  await Promise.resolve();
  hub.say("ReceiveValue", value(6));
  expect(heard).toEqual([50, 60]);
});

it("A subscription goes on after a reconnect, also when the server counts from the beginning", async () => {
  const hub = new FakeHub(() => value(7));
  const { connection, heard } = await subscribe(hub);
  await until(() => expect(heard).toEqual([70]));
  hub.answer = () => value(1);
  hub.breakOff();
  await until(() => expect(connection.state.kind).toBe("waiting"));
  connection.retry();
  await until(() => expect(heard).toEqual([70, 10]));
});

it("What was unsubscribed is not heard, and not asked for again", async () => {
  const hub = new FakeHub(() => null);
  const { connection, topics, heard } = await subscribe(hub);
  topics.unsubscribe("$stats.sales");
  hub.say("ReceiveValue", value(8));
  expect(hub.of("Unsubscribe")).toEqual([{ topic: "$stats.sales" }]);
  hub.breakOff();
  await until(() => expect(connection.state.kind).toBe("waiting"));
  connection.retry();
  await until(() => expect(connection.isUp).toBe(true));
  expect(hub.of("Subscribe")).toHaveLength(1);
  expect(heard).toEqual([]);
});

it("A refusal is told", async () => {
  const { refusals } = await subscribe(
    new FakeHub(() => {
      throw refusal("forbidden", "Not for you.");
    }),
  );
  await until(() => expect(refusals).toEqual(["forbidden"]));
});

it("A subscription that is too large is not made again", async () => {
  const hub = new FakeHub(() => { throw refusal("too_large", "A call has at most 10 bytes: the server's Chat:Messaging:MaxFrameBytes is 1."); });
  const { connection, refusals } = await subscribe(hub);
  await until(() => expect(refusals).toEqual(["too_large"]));
  hub.breakOff();
  await until(() => expect(connection.state.kind).toBe("waiting"));
  connection.retry();
  await until(() => expect(connection.isUp).toBe(true));
  expect(hub.of("Subscribe")).toHaveLength(1);
});
