import { afterEach, describe, expect, it, vi } from "vitest";
import { Connection } from "../src/connection";
import { Mailbox } from "../src/mailbox";
import { Outbox } from "../src/outbox";
import { refusal } from "../testing/fakeHub";
import { FakeServer } from "./server";
import { FakeStorage } from "../testing/fakeStorage";
import { until } from "./until";

function open(server: FakeServer, storage = new FakeStorage()) {
  const connection = new Connection({ user: "alice" }, server.hub.make);
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

describe("Outbox", () => {
  afterEach(() => void vi.useRealTimers());

  it("sends in the order of writing, including drafts from before the connection", async () => {
    const server = new FakeServer();
    const { connection, outbox, empty } = open(server);
    for (const content of ["one", "two", "three"]) outbox.add("bob", content);
    connection.start();
    outbox.add("carol", "four");
    await empty();
    expect(sent(server)).toEqual(["one", "two", "three", "four"]);
  });

  it("fails a draft whose bytes exceed the limit, and sends the next one", async () => {
    const server = new FakeServer();
    const { connection, outbox, states } = open(server);
    for (const content of ["é".repeat(32769), "é".repeat(32768), "short"]) outbox.add("bob", content);
    connection.start();
    await until(() => expect(sent(server).map(({ length }) => length)).toEqual([32768, 5]));
    await until(() => expect(states()).toHaveLength(1));
    expect(outbox.all[0]).toMatchObject({ state: "failed", problem: { code: "too_large" } });
  });

  it("retries with the same id after a lost receipt, and the message is stored once", async () => {
    const server = new FakeServer();
    const { connection, outbox, storage, back, empty } = open(server);
    connection.start();
    server.losesReceipts = true;
    outbox.add("bob", "one");
    outbox.add("bob", "two");
    await until(() => expect(sent(server)).toEqual(["one"]));
    server.losesReceipts = false;
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

  it("holds the drafts of one user", () => {
    const storage = new FakeStorage();
    open(new FakeServer(), storage).outbox.add("bob", "one");
    storage.setItem("chat.outbox:al:x", "{}");
    expect(open(new FakeServer(), storage).states()).toEqual(["one: sending"]);
  });

  it("shows the drafts of another tab without sending them", async () => {
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

  it("sends the drafts of a closed tab once, in order, on its own connection", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [server, storage] = [new FakeServer(), new FakeStorage()];
    const [here, closed] = [open(server, storage), open(new FakeServer(), storage)];
    here.connection.start();
    await until(() => expect(server.hub.callsOf("Resume")).toHaveLength(1));
    for (const content of ["one", "two", "three"]) {
      closed.outbox.add("bob", content);
      here.outbox.refresh();
    }
    expect(server.hub.callsOf("Send")).toEqual([]);
    const ids = closed.outbox.all.map(({ id }) => id);
    await here.empty();
    expect(sent(server)).toEqual(["one", "two", "three"]);
    expect(server.log.get("alice")!.map(({ id }) => id)).toEqual(ids);
    expect(server.hub.callsOf("Send")).toHaveLength(3);
    expect(storage.length).toBe(0);
  });

  it("does not send the drafts that another tab sends in time", async () => {
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
    expect(server.hub.callsOf("Send")).toEqual([]);
  });

  it.each(["", "{", "null", "7", "{}", JSON.stringify({ id: "x", to: "bob", writtenAt: 1, state: "sending" })])("ignores a stored value that is not a draft: %s", async (broken) => {
    const [server, storage] = [new FakeServer(), new FakeStorage()];
    storage.setItem("chat.outbox:alice:x", broken);
    await sendsOne(server, storage);
  });

  it("keeps a refused draft with its reason, and sends the next one", async () => {
    const server = new FakeServer();
    const { connection, outbox, storage, states, empty } = open(server);
    connection.start();
    await until(() => expect(server.hub.callsOf("Resume")).toHaveLength(1));
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

  it("retries with a new id after key_conflict", async () => {
    const server = new FakeServer();
    const { connection, outbox, states } = open(server);
    connection.start();
    await until(() => expect(server.hub.callsOf("Resume")).toHaveLength(1));
    server.refuses = refusal("key_conflict", "Used.");
    outbox.add("bob", "one");
    await until(() => expect(states()).toEqual(["one: failed"]));
    const { id } = outbox.all[0]!;
    outbox.retry(id);
    expect(outbox.all[0]!.id).not.toBe(id);
  });

  it("retries while the server is unavailable", async () => {
    const server = new FakeServer();
    const { connection, outbox, states, empty } = open(server);
    connection.start();
    await until(() => expect(server.hub.callsOf("Resume")).toHaveLength(1));
    server.refuses = refusal("unavailable", "Later.");
    outbox.add("bob", "one");
    await until(() => expect(server.hub.callsOf("Send").length).toBeGreaterThan(1));
    expect(states()).toEqual(["one: sending"]);
    server.refuses = null;
    await empty();
    expect(sent(server)).toEqual(["one"]);
  });

  it("does not retry a draft whose id the server may have forgotten", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const server = new FakeServer();
    const { connection, outbox, back, states } = open(server);
    connection.start();
    server.losesReceipts = true;
    outbox.add("bob", "one");
    await until(() => expect(sent(server)).toEqual(["one"]));
    // The server has lost its log, so nothing tells whether the message was stored.
    server.log.set("alice", []);
    server.epoch = "f";
    server.losesReceipts = false;
    vi.setSystemTime(Date.now() + 25 * 60 * 60 * 1000);
    await back();
    await until(() => expect(states()).toEqual(["one: failed"]));
    expect(outbox.all[0]!.problem?.code).toBe("stale");
  });

  it("sends a draft for which the storage has no room", async () => {
    const server = new FakeServer();
    await sendsOne(server, new FakeStorage(0));
  });
});
