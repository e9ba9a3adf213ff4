import type { ServerStats } from "../stats";

/** Returns the figures of an idle server, with the given ones replaced. */
export const stats = (given: Partial<ServerStats> = {}): ServerStats => ({
  connections: { hub: 0, raw: 0 },
  messagesIn: 0,
  messagesOut: 0,
  appendP50: 0,
  appendP99: 0,
  commitMessages: 0,
  appendQueue: 0,
  slowCloses: 0,
  refused: 0,
  duplicates: 0,
  catchUps: 0,
  users: 0,
  rooms: [],
  memoryBytes: 0,
  uptimeSeconds: 0,
  ...given,
});
