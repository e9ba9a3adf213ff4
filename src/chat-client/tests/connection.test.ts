import { HttpTransportType } from "@microsoft/signalr";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type ConnectionState } from "../src/connection";
import { type Notice, refusalOf } from "../src/wire";
import { FakeHub } from "../testing/fakeHub";

const refusedWith = (code: string, reason: string | null = null, text = "") => (hub: FakeHub) => {
  hub.refusal = { code, text, reason, retryable: code === "rate_limited" };
  return Promise.reject(new Error("Failed to negotiate."));
};
const never = () => new Promise<never>(() => undefined);
const { WebSockets, ServerSentEvents, LongPolling } = HttpTransportType;
const unreachable = () => Promise.reject(new Error("TypeError: Failed to fetch"));

function connect(hub: FakeHub): { connection: Connection; states: ConnectionState[]; kinds: () => string[] } {
  const connection = new Connection({ user: "alice" }, hub.make);
  const states: ConnectionState[] = [];
  connection.onState((state) => states.push(state));
  connection.start();
  return { connection, states, kinds: () => states.map(({ kind }) => kind) };
}

describe("Connection", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it("reconnects when it breaks", async () => {
    const hub = new FakeHub();
    const { kinds } = connect(hub);
    await settle();
    hub.disconnect();
    await settle();
    expect(kinds()).toEqual(["connecting", "connected", "waiting"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds()).toEqual(["connecting", "connected", "waiting", "connecting", "connected"]);
  });

  it("retries without end, with longer waits up to a bound", async () => {
    const { states } = connect(new FakeHub(undefined, unreachable));
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      await settle();
      const state = states.at(-1)!;
      if (state.kind !== "waiting") throw new Error(state.kind);
      waits.push(state.until - Date.now());
      await vi.advanceTimersByTimeAsync(state.until - Date.now());
    }
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    for (const wait of waits.slice(6)) expect(wait).toBeGreaterThanOrEqual(5_000);
    expect(new Set(waits).size).toBeGreaterThan(6);
  });

  it("retries at once when the page calls retry", async () => {
    const hub = new FakeHub(undefined, unreachable);
    const { connection, kinds } = connect(hub);
    await settle();
    hub.accept = () => Promise.resolve();
    connection.retry();
    await settle();
    expect(kinds().at(-1)).toBe("connected");
  });

  it("waits as long as a draining server says", async () => {
    const hub = new FakeHub();
    const { states } = connect(hub);
    await settle();
    hub.send("ReceiveNotice", { code: "draining", text: "", retryAfter: 30 });
    hub.disconnect();
    await settle();
    const state = states.at(-1)!;
    expect(state.kind === "waiting" && state.until - Date.now()).toBe(30_000);
  });

  it("retries when the server has too many connections, and says so in its state", async () => {
    const hub = new FakeHub(undefined, refusedWith("rate_limited"));
    const { states, kinds } = connect(hub);
    await settle();
    expect(states.at(-1)).toMatchObject({ kind: "waiting", crowded: true });
    hub.accept = unreachable;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states.at(-1)).toMatchObject({ kind: "waiting", crowded: false });
    hub.accept = () => Promise.resolve();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds().at(-1)).toBe("connected");
  });

  it.each([
    ["unauthenticated", null, "unauthenticated"],
    ["forbidden", null, "forbidden"],
    ["forbidden", "banned", "banned"],
    ["forbidden", "name", "name"],
    ["forbidden", "origin", "origin"],
    ["forbidden", "a_future_reason", "forbidden"],
    ["bad_user_id", "name", "name"],
  ])("ends when the server refuses it with code %s and reason %s", async (code, why, reason) => {
    const { states } = connect(new FakeHub(undefined, refusedWith(code, why, "Text.")));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ kind: "ended", reason, text: "Text." });
  });

  it.each(["unavailable", "rate_limited", "bad_request", "a_future_code"])("retries when the server refuses it with %s", async (code) => {
    const hub = new FakeHub(undefined, refusedWith(code));
    const { kinds } = connect(hub);
    await settle();
    hub.accept = () => Promise.resolve();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds().at(-1)).toBe("connected");
  });

  it.each([
    ["was silent", never, 55_000],
    // The server's handshake timeout is shorter than the client's deadline.
    ["the server gave up", () => Promise.reject(new Error("Handshake was canceled.")), 15_000],
  ])("retries without a transport that %s, until a transport answers", async (_, outcome, time) => {
    const hub = new FakeHub(undefined, (made) => {
      const offered = hub.offered.at(-1)!;
      made.transport = offered & WebSockets ? WebSockets : offered & ServerSentEvents ? ServerSentEvents : LongPolling;
      return made.transport === LongPolling ? Promise.resolve() : outcome();
    });
    const { kinds } = connect(hub);
    await vi.advanceTimersByTimeAsync(time);
    expect(kinds()).toEqual(["connecting", "waiting", "connecting", "waiting", "connecting", "connected"]);
    expect(hub.offered).toEqual([WebSockets | ServerSentEvents | LongPolling, ServerSentEvents | LongPolling, LongPolling]);
  });

  it("tries all transports again when the last one fails", async () => {
    const hub = new FakeHub(undefined, (made) => ((made.transport = hub.offered.length === 1 ? WebSockets : LongPolling), Promise.reject(new Error("Gone."))));
    connect(hub);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(hub.offered.slice(0, 3)).toEqual([WebSockets | ServerSentEvents | LongPolling, ServerSentEvents | LongPolling, WebSockets | ServerSentEvents | LongPolling]);
  });

  it("excludes no transport after a failed negotiation", async () => {
    const hub = new FakeHub(undefined, unreachable);
    connect(hub);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(hub.offered.length).toBeGreaterThan(2);
    expect(new Set(hub.offered)).toEqual(new Set([WebSockets | ServerSentEvents | LongPolling]));
  });

  it("gives a slow network more time, with all transports", async () => {
    const hub = new FakeHub(undefined, (made) => ((made.transport = LongPolling), never()));
    const { states } = connect(hub);
    const silences: number[] = [];
    for (let i = 0; i < 4; i++) {
      const begun = Date.now();
      while (states.at(-1)!.kind === "connecting") await vi.advanceTimersByTimeAsync(1000);
      silences.push(Date.now() - begun);
      while (states.at(-1)!.kind === "waiting") await vi.advanceTimersByTimeAsync(10);
    }
    expect(silences).toEqual([15_000, 30_000, 60_000, 60_000]);
    expect(new Set(hub.offered)).toEqual(new Set([WebSockets | ServerSentEvents | LongPolling]));
  });

  it("forgets one silence of a transport, and every silence in another network", async () => {
    let silences = 1;
    const hub = new FakeHub(undefined, (made) => ((made.transport = WebSockets), silences-- > 0 ? never() : Promise.resolve()));
    const { connection, kinds } = connect(hub);
    const loseAfterSilence = async (lose: () => void) => {
      await vi.advanceTimersByTimeAsync(30_000); // one silence, and a connection that lasts
      expect(kinds().at(-1)).toBe("connected");
      silences = 1;
      lose();
      await vi.advanceTimersByTimeAsync(1000);
      return hub.offered.at(-1)! & WebSockets;
    };
    expect(await loseAfterSilence(() => hub.disconnect())).toBe(WebSockets);
    expect(await loseAfterSilence(() => hub.disconnect())).toBe(0);
    expect(await loseAfterSilence(() => connection.renew())).toBe(WebSockets);
  });

  it("can be stopped while an attempt has no answer", async () => {
    const { connection, kinds } = connect(new FakeHub(undefined, never));
    await settle();
    await connection.stop();
    expect(kinds()).toEqual(["connecting", "ended"]);
  });

  it("can be stopped by a state listener", async () => {
    const hub = new FakeHub(undefined, unreachable);
    const connection = new Connection({ user: "alice" }, hub.make);
    connection.onState(({ kind }) => void (kind === "connecting" && connection.stop()));
    connection.start();
    await settle();
    expect(connection.state).toEqual({ kind: "ended", reason: "stopped" });
  });

  it("ignores calls of an abandoned connection", async () => {
    const hub = new FakeHub();
    const { connection } = connect(hub);
    const received: string[] = [];
    connection.on<Notice>("ReceiveNotice", ({ code }) => void received.push(code));
    await settle();
    hub.send("ReceiveNotice", { code: "expiring", text: "" });
    const lateSend = hub.lateSend();
    hub.disconnect();
    await settle();
    lateSend("ReceiveNotice", { code: "kicked", text: "" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(received).toEqual(["expiring"]);
    expect(connection.isUp).toBe(true);
    hub.send("ReceiveNotice", { code: "expiring", text: "" });
    expect(received).toEqual(["expiring", "expiring"]);
  });

  it("rejects an unanswered call when it is abandoned, even if SignalR never ends it", async () => {
    const hub = new FakeHub(never);
    hub.stop = never;
    const { connection, kinds } = connect(hub);
    await settle();
    const call = connection.call("Resume", {}).catch((error: unknown) => error);
    connection.renew();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await call).toEqual(new Error("The connection has ended."));
    expect(kinds()).toEqual(["connecting", "connected", "waiting", "connecting", "connected"]);
  });

  it("fails only the oversized call with too_large, although all calls end with the connection", async () => {
    const close = new Error("Server returned an error on close: Connection closed with an error. HubException: too_large: A call has at most 5632 bytes: …");
    const hub = new FakeHub(() => { throw close; });
    const { connection } = connect(hub);
    await settle();
    const [small, large] = [connection.call("Send", { content: "x" }), connection.call("Send", { content: "x".repeat(6000) })];
    expect(refusalOf(await small.catch((error: unknown) => error))).toBeNull();
    expect(refusalOf(await large.catch((error: unknown) => error))).toMatchObject({ code: "too_large", retryable: false });
  });

  it.each(["kicked", "banned", "unauthenticated"])("ends after the notice %s", async (code) => {
    const hub = new FakeHub();
    const { states } = connect(hub);
    await settle();
    hub.send("ReceiveNotice", { code, text: "" });
    hub.disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ kind: "ended", reason: code });
    expect(hub.starts).toBe(1);
  });

  it("connects again after an end when the page calls start", async () => {
    const hub = new FakeHub(undefined, refusedWith("unauthenticated"));
    const { connection, kinds } = connect(hub);
    await settle();
    hub.accept = () => Promise.resolve();
    connection.start();
    await settle();
    expect(kinds()).toEqual(["connecting", "ended", "connecting", "connected"]);
  });

  it("stays stopped", async () => {
    const hub = new FakeHub();
    const { connection, kinds } = connect(hub);
    await settle();
    await connection.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kinds()).toEqual(["connecting", "connected", "ended"]);
    expect(connection.isUp).toBe(false);
  });

  it("can be stopped while it waits", async () => {
    const { connection, kinds } = connect(new FakeHub(undefined, unreachable));
    await settle();
    await connection.stop();
    expect(kinds().at(-1)).toBe("ended");
  });
});
