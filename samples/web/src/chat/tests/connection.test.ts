import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type ConnectionState } from "../connection";
import { FakeHub } from "./fakeHub";

const refused = (status: number) => () => Promise.reject(new Error(`Failed to negotiate: Status code '${status}'`));
const away = () => Promise.reject(new Error("TypeError: Failed to fetch"));

function connect(hub: FakeHub): { connection: Connection; states: ConnectionState[]; kinds: () => string[] } {
  const connection = new Connection({ user: "alice" }, hub);
  const states: ConnectionState[] = [];
  connection.onState((state) => states.push(state));
  connection.start();
  return { connection, states, kinds: () => states.map(({ kind }) => kind) };
}

describe("A connection", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it("is made again when it breaks", async () => {
    const hub = new FakeHub();
    const { kinds } = connect(hub);
    await settle();
    hub.breakOff();
    await settle();
    expect(kinds()).toEqual(["connecting", "connected", "waiting"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds()).toEqual(["connecting", "connected", "waiting", "connecting", "connected"]);
  });

  it("is tried for ever, with longer and longer waits up to a bound", async () => {
    const { states } = connect(new FakeHub(undefined, away));
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

  it("is tried at once when somebody asks for it", async () => {
    const hub = new FakeHub(undefined, away);
    const { connection, kinds } = connect(hub);
    await settle();
    hub.door = () => Promise.resolve();
    connection.retry();
    await settle();
    expect(kinds().at(-1)).toBe("connected");
  });

  it("waits as long as a stopping server says", async () => {
    const hub = new FakeHub();
    const { states } = connect(hub);
    await settle();
    hub.say("ReceiveNotice", { code: "draining", text: "", retryAfter: 30 });
    hub.breakOff();
    await settle();
    const state = states.at(-1)!;
    expect(state.kind === "waiting" && state.until - Date.now()).toBe(30_000);
  });

  it("is tried again when there are too many, and says that there are", async () => {
    const hub = new FakeHub(undefined, refused(429));
    const { states, kinds } = connect(hub);
    await settle();
    expect(states.at(-1)).toMatchObject({ kind: "waiting", crowded: true });
    hub.door = away;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states.at(-1)).toMatchObject({ kind: "waiting", crowded: false });
    hub.door = () => Promise.resolve();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds().at(-1)).toBe("connected");
  });

  it.each([
    [401, "unauthenticated"],
    [403, "forbidden"],
  ])("ends when the door answers %i", async (status, reason) => {
    const { states } = connect(new FakeHub(undefined, refused(status)));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ kind: "ended", reason });
  });

  it.each(["kicked", "banned", "unauthenticated"])("ends when the server says %s", async (code) => {
    const hub = new FakeHub();
    const { states } = connect(hub);
    await settle();
    hub.say("ReceiveNotice", { code, text: "" });
    hub.breakOff();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ kind: "ended", reason: code });
    expect(hub.starts).toBe(1);
  });

  it("begins again after an end when it is told to", async () => {
    const hub = new FakeHub(undefined, refused(401));
    const { connection, kinds } = connect(hub);
    await settle();
    hub.door = () => Promise.resolve();
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
    const { connection, kinds } = connect(new FakeHub(undefined, away));
    await settle();
    await connection.stop();
    expect(kinds().at(-1)).toBe("ended");
  });
});
