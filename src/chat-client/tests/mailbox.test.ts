import { describe, expect, it } from "vitest";
import { Connection } from "../src/connection";
import { Mailbox, type MailboxHandlers } from "../src/mailbox";
import { refusal } from "../testing/fakeHub";
import { FakeServer } from "./server";
import { until } from "./until";

function open(server: FakeServer, positions: Record<string, string> = {}, handlers: Partial<MailboxHandlers> = {}) {
  const heard: string[] = [];
  const connection = new Connection({ user: "alice" }, server.hub.made);
  const mailbox = new Mailbox(
    connection,
    "alice",
    { message: ({ content }) => void heard.push(content), reset: (stream) => void heard.push(`reset ${stream}`), ready: () => void heard.push("ready"), ...handlers },
    positions,
  );
  connection.start();
  const back = async () => {
    await until(() => expect(connection.state.kind).toBe("waiting"));
    connection.retry();
  };
  return { connection, mailbox, heard, back, hears: (...what: string[]) => until(() => expect(heard).toEqual(what)) };
}

describe("A mailbox", () => {
  it("asks no more when the server refuses for good to say what was missed", async () => {
    const server = new FakeServer();
    server.refuses = refusal("too_large", "A call has at most 10 bytes: the server's Chat:Messaging:MaxFrameBytes is 1.");
    const refused: string[] = [];
    const { back, connection, heard } = open(server, { alice: "e.0" }, { refused: ({ code }) => void refused.push(code) });
    await until(() => expect(refused).toEqual(["too_large"]));
    server.hub.breakOff();
    await back();
    await until(() => expect(connection.isUp).toBe(true));
    expect(server.hub.of("Resume")).toHaveLength(1);
    expect([refused, heard]).toEqual([["too_large"], []]);
  });

  it("begins with what is new", async () => {
    const server = new FakeServer();
    server.append("alice", "long ago");
    const { hears } = open(server);
    await hears("ready");
    server.push("alice", "now");
    await hears("ready", "now");
  });

  it("goes on where it is told to", async () => {
    const server = new FakeServer();
    for (const content of ["one", "two", "three"]) server.append("alice", content);
    await open(server, { alice: "e.1" }).hears("two", "three", "ready");
  });

  it("has everything once and in order after a break, before it says that it is ready", async () => {
    const server = new FakeServer();
    const { hears, back } = open(server);
    await hears("ready");
    server.push("alice", "before");
    server.hub.breakOff();
    for (let i = 0; i < 7; i++) server.append("alice", `missed ${i}`);
    server.pageSize = 3;
    await back();
    await hears("ready", "before", ...Array.from({ length: 7 }, (_, i) => `missed ${i}`), "ready");
  });

  it("asks for what a live message shows to be missing", async () => {
    const server = new FakeServer();
    const { hears } = open(server);
    await hears("ready");
    server.append("alice", "unheard");
    server.push("alice", "heard");
    await hears("ready", "unheard", "heard");
  });

  it("forgets what the server has lost, and takes what it has", async () => {
    const server = new FakeServer();
    const { hears, back } = open(server);
    await hears("ready");
    server.push("alice", "lost");
    server.hub.breakOff();
    server.log.set("alice", []);
    server.epoch = "f";
    server.append("alice", "new");
    await back();
    await hears("ready", "lost", "reset alice", "new", "ready");
  });

  it("hears a room from when it was joined", async () => {
    const server = new FakeServer();
    server.log.set("#garden", []);
    server.append("#garden", "before");
    server.log.delete("#garden");
    const { mailbox, hears } = open(server);
    await hears("ready");
    await mailbox.join("#garden");
    server.push("#garden", "after");
    await hears("ready", "after");
  });

  it("is ready again when another device has joined a room", async () => {
    const server = new FakeServer();
    const { hears } = open(server);
    await hears("ready");
    server.log.set("#garden", []);
    server.push("#garden", "first");
    await hears("ready", "ready");
    server.push("#garden", "second");
    await hears("ready", "ready", "second");
  });

  it("goes on when a room was left on another device", async () => {
    const server = new FakeServer();
    server.log.set("#garden", []);
    const { hears, back } = open(server);
    await hears("ready");
    server.push("#garden", "roses");
    server.hub.breakOff();
    server.log.delete("#garden");
    server.append("alice", "missed");
    await back();
    await hears("ready", "roses", "missed", "ready");
  });

  it("goes on asking while the server cannot answer", async () => {
    const server = new FakeServer();
    const { hears, back } = open(server);
    await hears("ready");
    server.hub.breakOff();
    server.append("alice", "missed");
    server.refuses = new Error("HubException: unavailable: Later.");
    await back();
    await until(() => expect(server.hub.of("Resume").length).toBeGreaterThan(2));
    server.refuses = null;
    await hears("ready", "missed", "ready");
  });

  it("waits with each message until the one before is done with", async () => {
    const server = new FakeServer();
    const done: string[] = [];
    const { hears } = open(server, {}, {
      message: async ({ content }) => {
        await new Promise((resolve) => setTimeout(resolve, content === "slow" ? 30 : 0));
        done.push(content);
      },
    });
    await hears("ready");
    server.push("alice", "slow");
    server.push("alice", "quick");
    await until(() => expect(done).toEqual(["slow", "quick"]));
  });

  it("knows what has been delivered", async () => {
    const server = new FakeServer();
    const { mailbox, hears } = open(server);
    await hears("ready");
    server.push("alice", "one");
    await hears("ready", "one");
    expect([mailbox.has("alice", "e.1"), mailbox.has("alice", "e.2"), mailbox.has("#unknown", "e.1")]).toEqual([true, false, true]);
  });
});
