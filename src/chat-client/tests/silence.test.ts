import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type ConnectionState } from "../src/connection";
import { type Phase, SilentServer } from "./silentServer";
import { until } from "./until";

// Browsers have these classes; SignalR depends on packages of them for Node.js.
const require = createRequire(import.meta.url);
const PHASES: Phase[] = [
  "negotiation", "negotiation body", "WebSockets", "WebSockets opened", "ServerSentEvents", "ServerSentEvents opened", "ServerSentEvents post",
  "LongPolling", "LongPolling opened", "LongPolling post",
];

describe("Connection to a silent server", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.stubGlobal("WebSocket", require("ws"));
    vi.stubGlobal("EventSource", require("eventsource"));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it.each(PHASES)("is abandoned, aborted and retried: %s", async (phase) => {
    const server = await SilentServer.start(phase);
    const connection = new Connection({ url: server.url });
    const states: ConnectionState[] = [];
    connection.onState((state) => states.push(state));
    try {
      connection.start();
      await until(() => expect(server.isSilent).toBe(true));
      expect(connection.state.kind).toBe("connecting");
      await vi.advanceTimersByTimeAsync(15_000);
      await until(() => expect(states.map(({ kind }) => kind)).toContain("waiting"));
      await vi.advanceTimersByTimeAsync(1_000);
      await until(() => expect(server.negotiations).toBeGreaterThan(1));
      await connection.stop();
      await vi.advanceTimersByTimeAsync(30_000); // a WebSocket waits this long for the answer to its close
      await until(() => expect(server.open).toBe(0));
      expect(connection.state).toEqual({ kind: "ended", reason: "stopped" });
    } finally {
      await connection.stop();
      server.end();
    }
  });
});
