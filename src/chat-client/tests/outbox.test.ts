import { afterEach, describe, expect, it, vi } from "vitest";
import { Connection } from "../src/connection";
import { Mailbox } from "../src/mailbox";
import { Outbox } from "../src/outbox";
import { refusal } from "../testing/fakeHub";
import { FakeServer } from "./server";
import { FakeStorage } from "../testing/fakeStorage";
import { until } from "./until";

function open(server: FakeServer, storage = new FakeStorage()) {
  const connection = new Connection({ user: "alice" }, server.hub.made);
  const mailbox = new Mailbox(connection, "alice", {
    message: ({ id }) => outbox.remove(id),
    reset: () => undefined,
    ready: () => outbox.start(),
  });
  const outbox = new Outbox(connection, { user: "alice", storage, isDelivered: ({ stream, position }) => mailbox.has(stream, position), changed: () => undefined });
  const back = async () => {
    await until(() => expect(connection.state.kind).toBe("waiting"));
    connection.retry();
  };
  const empty = () => until(() => expect(outbox.all).toEqual([]));
  return { connection, outbox, storage, back, empty, states: () => outbox.all.map(({ content, state }) => `${content}: ${state}`) };
}

const sent = (server: FakeServer) => server.log.get("alice")!.map(({ content }) => content);

async function sendsOne(server: FakeServer, storage: FakeStorage): Promise<void> {
  const { connection, outbox, states, empty } = open(server, storage);
  outbox.add("bob", "one");
  outbox.refresh();
  expect(states()).toEqual(["one: sending"]);
  connection.start();
  await empty();
  expect(sent(server)).toEqual(["one"]);
}

describe("An outbox", () => {
  afterEach(() => void vi.useRealTimers());

  it("sends in the order of writing, also what was written without a connection", async () => {
    const server = new FakeServer();
    const { connection, outbox, empty } = open(server);
    for (const content of ["one", "two", "three"]) outbox.add("bob", content);
    connection.start();
    outbox.add("carol", "four");
    await empty();
    expect(sent(server)).toEqual(["one", "two", "three", "four"]);
  });

  it("refuses what is too long for the server to read, by its bytes, and sends what is behind it", async () => {
    const server = new FakeServer();
    const { connection, outbox, states } = open(server);
    for (const content of ["é".repeat(32769), "é".repeat(32768), "short"]) outbox.add("bob", content);
    connection.start();
    await until(() => expect(sent(server).map(({ length }) => length)).toEqual([32768, 5]));
    await until(() => expect(states()).toHaveLength(1));
    expect(outbox.all[0]).toMatchObject({ state: "failed", problem: { code: "too_large" } });
  });

  it("sends again under the same id when a receipt was lost, and finds it stored once", async () => {
    const server = new FakeServer();
    const { connection, outbox, storage, back, empty } = open(server);
    connection.start();
    server.swallowsReceipts = true;
    outbox.add("bob", "one");
    outbox.add("bob", "two");
    await until(() => expect(sent(server)).toEqual(["one"]));
    server.swallowsReceipts = false;
    await back();
    await empty();
    expect(sent(server)).toEqual(["one", "two"]);
    expect(storage.length).toBe(0);
  });

  it("survives a reload", async () => {
    const [server, storage] = [new FakeServer(), new FakeStorage()];
    const before = open(server, storage);
    before.outbox.add("bob", "one");
    before.outbox.add("bob", "two");
    const { connection, outbox, states, empty } = open(server, storage);
    expect(states()).toEqual(["one: sending", "two: sending"]);
    outbox.add("bob", "three");
    connection.start();
    await empty();
    expect(sent(server)).toEqual(["one", "two", "three"]);
    expect(storage.length).toBe(0);
  });

  it("is of one user", () => {
    const storage = new FakeStorage();
    open(new FakeServer(), storage).outbox.add("bob", "one");
    storage.setItem("chat.outbox:al:x", "{}");
    expect(open(new FakeServer(), storage).states()).toEqual(["one: sending"]);
  });

  it("shows what another tab writes, leaves the sending to it, and forgets it with it", async () => {
    const storage = new FakeStorage();
    const [here, there] = [open(new FakeServer(), storage), open(new FakeServer(), storage)];
    here.connection.start();
    await until(() => expect(here.connection.isUp).toBe(true));
    there.outbox.add("bob", "from there");
    here.outbox.refresh();
    expect(here.states()).toEqual(["from there: sending"]);
    there.outbox.remove(there.outbox.all[0]!.id);
    here.outbox.refresh();
    expect(here.states()).toEqual([]);
  });

  it("sends what another tab leaves behind, without a new connection, once and in order", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [server, storage] = [new FakeServer(), new FakeStorage()];
    const [here, gone] = [open(server, storage), open(new FakeServer(), storage)];
    here.connection.start();
    await until(() => expect(server.hub.of("Resume")).toHaveLength(1));
    for (const content of ["one", "two", "three"]) {
      gone.outbox.add("bob", content);
      here.outbox.refresh();
    }
    expect(server.hub.of("Send")).toEqual([]);
    const ids = gone.outbox.all.map(({ id }) => id);
    await here.empty();
    expect(sent(server)).toEqual(["one", "two", "three"]);
    expect(server.log.get("alice")!.map(({ id }) => id)).toEqual(ids);
    expect(server.hub.of("Send")).toHaveLength(3);
    expect(storage.length).toBe(0);
  });

  it("leaves to another tab what that one sends in time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [server, storage] = [new FakeServer(), new FakeStorage()];
    const [here, there] = [open(server, storage), open(new FakeServer(), storage)];
    for (const { connection } of [here, there]) connection.start();
    await until(() => expect(here.connection.isUp && there.connection.isUp).toBe(true));
    there.outbox.add("bob", "from there");
    here.outbox.refresh();
    expect(here.states()).toEqual(["from there: sending"]);
    await there.empty();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(here.states()).toEqual([]);
    expect(server.hub.of("Send")).toEqual([]);
  });

  it.each(["", "{", "null", "7", "{}", JSON.stringify({ id: "x", to: "bob", writtenAt: 1, state: "sending" })])("passes over what is no draft: %s", async (broken) => {
    const [server, storage] = [new FakeServer(), new FakeStorage()];
    storage.setItem("chat.outbox:alice:x", broken);
    await sendsOne(server, storage);
  });

  it("keeps what was refused, with the reason, and goes on with the next", async () => {
    const server = new FakeServer();
    const { connection, outbox, storage, states, empty } = open(server);
    connection.start();
    await until(() => expect(server.hub.of("Resume")).toHaveLength(1));
    server.refuses = refusal("forbidden", "Not there.");
    outbox.add("#garden", "one");
    await until(() => expect(states()).toEqual(["one: failed"]));
    expect(outbox.all[0]!.problem?.text).toBe("Not there.");
    expect(open(server, storage).states()).toEqual(["one: failed"]);
    server.refuses = null;
    outbox.add("bob", "two");
    await until(() => expect(sent(server)).toEqual(["two"]));
    outbox.retry(outbox.all[0]!.id);
    await empty();
    expect(sent(server)).toEqual(["two", "one"]);
  });

  it("takes another id where that one was used", async () => {
    const server = new FakeServer();
    const { connection, outbox, states } = open(server);
    connection.start();
    await until(() => expect(server.hub.of("Resume")).toHaveLength(1));
    server.refuses = refusal("key_conflict", "Used.");
    outbox.add("bob", "one");
    await until(() => expect(states()).toEqual(["one: failed"]));
    const { id } = outbox.all[0]!;
    outbox.retry(id);
    expect(outbox.all[0]!.id).not.toBe(id);
  });

  it("waits while the server cannot store", async () => {
    const server = new FakeServer();
    const { connection, outbox, states, empty } = open(server);
    connection.start();
    await until(() => expect(server.hub.of("Resume")).toHaveLength(1));
    server.refuses = refusal("unavailable", "Later.");
    outbox.add("bob", "one");
    await until(() => expect(server.hub.of("Send").length).toBeGreaterThan(1));
    expect(states()).toEqual(["one: sending"]);
    server.refuses = null;
    await empty();
    expect(sent(server)).toEqual(["one"]);
  });

  it("does not send again what the server may know no longer", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const server = new FakeServer();
    const { connection, outbox, back, states } = open(server);
    connection.start();
    server.swallowsReceipts = true;
    outbox.add("bob", "one");
    await until(() => expect(sent(server)).toEqual(["one"]));
    // It is not in the log any more, either.
    server.log.set("alice", []);
    server.epoch = "f";
    server.swallowsReceipts = false;
    vi.setSystemTime(Date.now() + 25 * 60 * 60 * 1000);
    await back();
    await until(() => expect(states()).toEqual(["one: failed"]));
    expect(outbox.all[0]!.problem?.code).toBe("stale");
  });

  it("sends also what the storage has no room for", async () => {
    const server = new FakeServer();
    await sendsOne(server, new FakeStorage(0));
  });
});
