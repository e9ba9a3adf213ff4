import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Connection } from "chat-client";
import { FakeHub, refusal } from "chat-client/testing";
import { Watch, type WatchEnd } from "../watch";
import { stats } from "./figures";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const publish = (hub: FakeHub, version: number) =>
  hub.send("ReceiveValue", { topic: "$server.stats", value: stats({ users: version }), version, publishedAt: new Date().toISOString() });

async function watch(hub: FakeHub) {
  const ends: WatchEnd[] = [];
  const watch = new Watch(new Connection({}, hub.make), "dashboard", () => undefined, (reason) => ends.push(reason));
  await vi.advanceTimersByTimeAsync(0);
  return { watch, ends };
}

it("Figures are live, and stale when they stop", async () => {
  const hub = new FakeHub(() => null);
  const { watch: figures } = await watch(hub);
  expect(figures.isLive).toBe(false);
  publish(hub, 1);
  expect(figures.isLive).toBe(true);
  expect(figures.series.latest?.stats.users).toBe(1);
  await vi.advanceTimersByTimeAsync(4000);
  expect(figures.isLive).toBe(false);
  publish(hub, 2);
  expect(figures.isLive).toBe(true);
});

it("Figures are stale when the connection breaks, and live after the reconnect", async () => {
  const hub = new FakeHub(() => null);
  const { watch: figures, ends } = await watch(hub);
  publish(hub, 1);
  hub.disconnect();
  expect(figures.isLive).toBe(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(hub.callsOf("Subscribe")).toHaveLength(2);
  publish(hub, 2);
  expect(figures.isLive).toBe(true);
  expect(ends).toEqual([]);
});

it("A refused subscription ends the figures with its reason", async () => {
  const { ends } = await watch(new FakeHub(() => { throw refusal("forbidden", "Not for you."); }));
  expect(ends).toEqual(["forbidden"]);
});

it("A refused connection ends the figures with its reason", async () => {
  const hub = new FakeHub(() => null, (made) => {
    made.refusal = { code: "unauthenticated", text: "Present a valid token.", reason: null, retryable: false };
    return Promise.reject(new Error("Failed to negotiate."));
  });
  expect((await watch(hub)).ends).toEqual(["unauthenticated"]);
});

it("A subscription is repeated while the server is unavailable", async () => {
  const hub = new FakeHub(() => { throw refusal("unavailable", "The log cannot write."); });
  const { ends } = await watch(hub);
  await vi.advanceTimersByTimeAsync(2000);
  expect(hub.callsOf("Subscribe").length).toBeGreaterThan(1);
  expect(ends).toEqual([]);
});
