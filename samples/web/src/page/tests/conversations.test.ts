import { describe, expect, it } from "vitest";
import { Connection, type Message } from "chat-client";
import { FakeHub, refusal } from "chat-client/testing";
import { Conversations } from "../conversations";
import type { ConversationEntry } from "../peers";
import { until } from "../../tests/until";

const message = (offset: number, from: string, to = "alice", stream = "alice"): Message => ({
  stream, offset, position: `e.${offset}`, id: `${stream}${offset}`, from, to, content: `${offset}`, sentAt: new Date(1_000_000_000_000 + offset * 1000).toISOString(),
});

const entry = (name: string, offset: number, unread: number, read = 0): ConversationEntry => ({ with: name, last: message(offset, name), unread, read: `e.${read}` });

async function open(pages: (request: { before?: string }) => { conversations: ConversationEntry[]; more: boolean }) {
  const hub = new FakeHub((method, argument) => (method === "Conversations" ? pages(argument) : { read: "" }));
  const connection = new Connection({}, hub.make);
  connection.start();
  await until(() => expect(connection.isUp).toBe(true));
  const left: string[] = [];
  const conversations = new Conversations(connection, "alice", () => undefined, (room) => left.push(room));
  await conversations.refresh();
  return { hub, connection, conversations, left, unread: () => Object.fromEntries(conversations.list.map(({ name, unread }) => [name, unread])) };
}

describe("Conversations", () => {
  it("loads the server's list page by page, newest first", async () => {
    const { hub, conversations } = await open(({ before }) =>
      before === undefined ? { conversations: [entry("bob", 9, 0), entry("carol", 7, 1)], more: true } : { conversations: [entry("dave", 3, 0)], more: false },
    );
    // A first page that is not full makes the page request the next one.
    expect(conversations.list.map(({ name }) => name)).toEqual(["bob", "carol", "dave"]);
    expect(hub.callsOf("Conversations")).toEqual([{ limit: 50 }, { limit: 50, before: "carol" }]);
  });

  it("counts unread messages after the server's count", async () => {
    const { conversations, unread } = await open(() => ({ conversations: [entry("bob", 5, 2)], more: false }));
    conversations.add(message(6, "bob"));
    conversations.add(message(7, "alice", "bob"));
    conversations.add(message(8, "carol"));
    expect(unread()).toEqual({ carol: 1, bob: 3 });
  });

  it("does not count a message that the server has counted", async () => {
    const { conversations, unread } = await open(() => ({ conversations: [entry("bob", 5, 2)], more: false }));
    expect(conversations.add(message(5, "bob"))).toBeNull();
    expect(unread()).toEqual({ bob: 2 });
    conversations.add(message(6, "bob"));
    await conversations.refresh();
    expect(unread()).toEqual({ bob: 3 });
  });

  it("marks messages as read on the server, one call at a time", async () => {
    const { hub, conversations, unread } = await open(() => ({ conversations: [entry("bob", 5, 2)], more: false }));
    for (const offset of [5, 6, 7]) {
      conversations.add(message(offset, "bob"));
      conversations.read(conversations.with("bob"));
    }
    expect(unread()).toEqual({ bob: 0 });
    await until(() => expect(hub.callsOf("MarkRead").at(-1)).toEqual({ with: "bob", position: "e.7" }));
    expect(hub.callsOf("MarkRead")).toHaveLength(2);
  });

  it("marks messages as read after the next connect", async () => {
    const { hub, connection, conversations } = await open(() => ({ conversations: [entry("bob", 5, 2)], more: false }));
    hub.disconnect();
    conversations.read(conversations.with("bob"));
    await until(() => expect(connection.state.kind).toBe("waiting"));
    connection.retry();
    await until(() => expect(connection.isUp).toBe(true));
    await conversations.refresh();
    expect(hub.callsOf("MarkRead")).toEqual([{ with: "bob", position: "e.5" }]);
    expect(conversations.with("bob").unread).toBe(0);
  });

  it("applies what another device has read", async () => {
    const { hub, conversations, unread } = await open(() => ({ conversations: [entry("bob", 5, 1, 4)], more: false }));
    for (const offset of [5, 6, 7]) conversations.add(message(offset, "bob"));
    hub.send("ReceiveRead", { with: "bob", position: "e.6" });
    expect(unread()).toEqual({ bob: 1 });
    hub.send("ReceiveRead", { with: "bob", position: "e.5" });
    expect(unread()).toEqual({ bob: 1 });
    hub.send("ReceiveRead", { with: "bob", position: "e.7" });
    expect(unread()).toEqual({ bob: 0 });
  });

  it("asks the server when it cannot count the unread messages", async () => {
    const { hub, unread } = await open(() => ({ conversations: [entry("bob", 50, 9, 20)], more: false }));
    hub.send("ReceiveRead", { with: "bob", position: "e.30" });
    await until(() => expect(hub.callsOf("Conversations")).toHaveLength(2));
    await until(() => expect(unread()).toEqual({ bob: 9 }));
  });

  it("counts correctly after the connection was lost in the middle of the list", async () => {
    let breaks = false;
    const { hub, connection, conversations, unread } = await open(({ before }) => {
      if (breaks && before !== undefined) {
        hub.disconnect();
        throw new Error("Invocation canceled due to the underlying connection being closed.");
      }
      const named = (first: number) => Array.from({ length: 50 }, (_, at) => entry(`user ${first + at}`, 1000 - first - at, 0));
      return before === undefined ? { conversations: [entry("bob", 2000, 0), ...named(0)], more: true } : { conversations: named(50), more: true };
    });
    // Loads as much as the user has scrolled to.
    await conversations.more();
    expect(conversations.list).toHaveLength(101);
    breaks = true;
    await expect(conversations.refresh()).resolves.toBeUndefined();
    breaks = false;
    await until(() => expect(connection.state.kind).toBe("waiting"));
    connection.retry();
    await until(() => expect(connection.isUp).toBe(true));
    // A conversation beyond the loaded list: the server knows of more unread messages.
    hub.answer = () => ({ conversations: [entry("zed", 2001, 7)], more: false });
    conversations.add(message(2001, "zed"));
    await until(() => expect(unread()["zed"]).toBe(7));
  });

  it("counts correctly a message that comes before the list", async () => {
    let answer: () => void = () => undefined;
    const { hub, connection } = await open(() => ({ conversations: [], more: false }));
    const fresh = new Conversations(connection, "alice", () => undefined, () => undefined);
    hub.answer = () => new Promise((resolve) => (answer = () => resolve({ conversations: [], more: true })));
    const refreshed = fresh.refresh();
    await until(() => expect(hub.callsOf("Conversations")).toHaveLength(2));
    fresh.add(message(9, "zed"));
    hub.answer = () => ({ conversations: [entry("zed", 9, 7)], more: false });
    answer();
    await refreshed;
    expect(fresh.with("zed").unread).toBe(7);
  });

  it("retries while the server is unavailable", async () => {
    const { hub, conversations, unread } = await open(() => ({ conversations: [], more: false }));
    hub.answer = () => {
      hub.answer = () => ({ conversations: [entry("bob", 5, 2)], more: false });
      throw refusal("unavailable", "Later.");
    };
    await conversations.refresh();
    expect(unread()).toEqual({ bob: 2 });
  });

  it("drops a room that another device left, and keeps one that was just opened", async () => {
    let rooms: ConversationEntry[] = [{ room: "#garden", last: message(1, "bob", "#garden", "#garden"), unread: 0, read: "e.1" }];
    const { conversations, left } = await open(() => ({ conversations: rooms, more: false }));
    conversations.with("#new");
    rooms = [];
    await conversations.refresh();
    expect(conversations.list.map(({ name }) => name)).toEqual(["#new"]);
    expect(left).toEqual(["#garden"]);
  });

  it("keeps a room that another device joined during the request", async () => {
    const { hub, conversations } = await open(() => ({ conversations: [], more: false }));
    let answer: () => void = () => undefined;
    hub.answer = () => new Promise((resolve) => (answer = () => resolve({ conversations: [], more: false })));
    const refreshed = conversations.refresh();
    await until(() => expect(hub.callsOf("Conversations")).toHaveLength(2));
    conversations.add(message(1, "bob", "#garden", "#garden"));
    answer();
    await refreshed;
    expect(conversations.list.map(({ name }) => name)).toEqual(["#garden"]);
  });
});

describe("Conversation", () => {
  it("has each message once, in order, from history and live", async () => {
    const { conversations } = await open(() => ({ conversations: [], more: false }));
    conversations.add(message(5, "bob"));
    conversations.add(message(6, "bob"));
    const bob = conversations.with("bob");
    bob.prepend([3, 4, 5].map((offset) => message(offset, "bob")), true);
    bob.prepend([1, 2, 3].map((offset) => message(offset, "bob")), false);
    conversations.add(message(6, "bob"));
    expect(bob.messages.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bob.complete).toBe(true);
  });
});
