import { describe, expect, it } from "vitest";
import { Connection } from "../src/connection";
import { Mailbox, type MailboxHandlers } from "../src/mailbox";
import { refusal } from "../testing/fakeHub";
import { FakeServer } from "./server";
import { until } from "./until";

function open(server: FakeServer, positions: Record<string, string> = {}, handlers: Partial<MailboxHandlers> = {}) {
  const received: string[] = [];
  const connection = new Connection({ user: "alice" }, server.hub.make);
  const mailbox = new Mailbox(
    connection,
    "alice",
    { message: ({ content }) => void received.push(content), reset: (stream) => void received.push(`reset ${stream}`), ready: () => void received.push("ready"), ...handlers },
    positions,
  );
  connection.start();
  const back = async () => {
    await until(() => expect(connection.state.kind).toBe("waiting"));
    connection.retry();
  };
  return { connection, mailbox, received, back, receives: (...expected: string[]) => until(() => expect(received).toEqual(expected)) };
}

describe("Mailbox", () => {
  it("stops calling Resume after a permanent refusal", async () => {
    const server = new FakeServer();
    server.refuses = refusal("too_large", "A call has at most 10 bytes: the server's Chat:Messaging:MaxFrameBytes is 1.");
    const refused: string[] = [];
    const { back, connection, received } = open(server, { alice: "e.0" }, { refused: ({ code }) => void refused.push(code) });
    await until(() => expect(refused).toEqual(["too_large"]));
    server.hub.disconnect();
    await back();
    await until(() => expect(connection.isUp).toBe(true));
    expect(server.hub.callsOf("Resume")).toHaveLength(1);
    expect([refused, received]).toEqual([["too_large"], []]);
  });

  it("begins with new messages", async () => {
    const server = new FakeServer();
    server.append("alice", "long ago");
    const { receives } = open(server);
    await receives("ready");
    server.push("alice", "now");
    await receives("ready", "now");
  });

  it("continues after a given position", async () => {
    const server = new FakeServer();
    for (const content of ["one", "two", "three"]) server.append("alice", content);
    await open(server, { alice: "e.1" }).receives("two", "three", "ready");
  });

  it("delivers each missed message once, in order, before ready", async () => {
    const server = new FakeServer();
    const { receives, back } = open(server);
    await receives("ready");
    server.push("alice", "before");
    server.hub.disconnect();
    for (let i = 0; i < 7; i++) server.append("alice", `missed ${i}`);
    server.pageSize = 3;
    await back();
    await receives("ready", "before", ...Array.from({ length: 7 }, (_, i) => `missed ${i}`), "ready");
  });

  it("requests the messages missing before a live message", async () => {
    const server = new FakeServer();
    const { receives } = open(server);
    await receives("ready");
    server.append("alice", "missing");
    server.push("alice", "live");
    await receives("ready", "missing", "live");
  });

  it("resets a stream that the server has lost, and delivers what the server has", async () => {
    const server = new FakeServer();
    const { receives, back } = open(server);
    await receives("ready");
    server.push("alice", "lost");
    server.hub.disconnect();
    server.log.set("alice", []);
    server.epoch = "f";
    server.append("alice", "new");
    await back();
    await receives("ready", "lost", "reset alice", "new", "ready");
  });

  it("receives a room's messages from the join on", async () => {
    const server = new FakeServer();
    server.log.set("#garden", []);
    server.append("#garden", "before");
    server.log.delete("#garden");
    const { mailbox, receives } = open(server);
    await receives("ready");
    await mailbox.join("#garden");
    server.push("#garden", "after");
    await receives("ready", "after");
  });

  it("is ready again when another device has joined a room", async () => {
    const server = new FakeServer();
    const { receives } = open(server);
    await receives("ready");
    server.log.set("#garden", []);
    server.push("#garden", "first");
    await receives("ready", "ready");
    server.push("#garden", "second");
    await receives("ready", "ready", "second");
  });

  it("continues after another device left a room", async () => {
    const server = new FakeServer();
    server.log.set("#garden", []);
    const { receives, back } = open(server);
    await receives("ready");
    server.push("#garden", "roses");
    server.hub.disconnect();
    server.log.delete("#garden");
    server.append("alice", "missed");
    await back();
    await receives("ready", "roses", "missed", "ready");
  });

  it("retries Resume while the server is unavailable", async () => {
    const server = new FakeServer();
    const { receives, back } = open(server);
    await receives("ready");
    server.hub.disconnect();
    server.append("alice", "missed");
    server.refuses = new Error("HubException: unavailable: Later.");
    await back();
    await until(() => expect(server.hub.callsOf("Resume").length).toBeGreaterThan(2));
    server.refuses = null;
    await receives("ready", "missed", "ready");
  });

  it("handles one message at a time", async () => {
    const server = new FakeServer();
    const done: string[] = [];
    const { receives } = open(server, {}, {
      message: async ({ content }) => {
        await new Promise((resolve) => setTimeout(resolve, content === "slow" ? 30 : 0));
        done.push(content);
      },
    });
    await receives("ready");
    server.push("alice", "slow");
    server.push("alice", "quick");
    await until(() => expect(done).toEqual(["slow", "quick"]));
  });

  it("knows which messages were delivered", async () => {
    const server = new FakeServer();
    const { mailbox, receives } = open(server);
    await receives("ready");
    server.push("alice", "one");
    await receives("ready", "one");
    expect([mailbox.has("alice", "e.1"), mailbox.has("alice", "e.2"), mailbox.has("#unknown", "e.1")]).toEqual([true, false, true]);
  });
});
