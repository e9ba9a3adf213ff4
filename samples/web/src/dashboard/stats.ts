/** The topic of the server's figures. The server publishes it each second while it has a subscriber. */
export const TOPIC = "$server.stats";

/** The topic's value. src/Chat.Protocol/README.md describes the figures. */
export interface ServerStats {
  readonly connections: { readonly hub: number; readonly raw: number };
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly appendP50: number;
  readonly appendP99: number;
  readonly commitMessages: number;
  readonly appendQueue: number;
  readonly slowCloses: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly catchUps: number;
  readonly users: number;
  readonly rooms: readonly RoomStats[];
  readonly memoryBytes: number;
  readonly uptimeSeconds: number;
}

export interface RoomStats {
  readonly room: string;
  readonly members: number;
  readonly messages: number;
}
