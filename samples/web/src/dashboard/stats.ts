/** The topic on which the server says how it is doing, each second while somebody listens. */
export const TOPIC = "$server.stats";

/** The topic's value; src/Chat.Protocol/README.md says what each means. */
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
