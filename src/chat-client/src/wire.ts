// The part of the wire that this client uses. The full specification of /chat: src/Chat.Protocol/README.md.

/** A message as an entry of a stream: a user's mailbox or a room. */
export interface Message {
  readonly stream: string;
  readonly offset: number;
  readonly position: string;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly content: string;
  readonly sentAt: string;
}

/** The server's answer to a message that is durable. */
export type Receipt = Pick<Message, "id" | "stream" | "offset" | "position" | "sentAt"> & { readonly duplicate: boolean };

/** The messages that the client missed in one stream. */
export interface ResumedStream {
  readonly stream: string;
  readonly recovered: boolean;
  readonly messages: readonly Message[];
  readonly head: string;
  readonly confirmed: string;
  readonly more: boolean;
}

/** The last value of a topic. */
export interface TopicValue<T = unknown> {
  readonly topic: string;
  readonly value: T;
  readonly version: number;
  readonly publishedAt: string;
}

/** A server's notice about the connection. */
export interface Notice {
  readonly code: string;
  readonly text: string;
  readonly retryAfter?: number;
}

/** Splits a position. Offsets of different epochs cannot be compared. */
export function parsePosition(position: string): { readonly epoch: string; readonly offset: number } {
  const dot = position.lastIndexOf(".");
  return { epoch: position.slice(0, dot), offset: Number(position.slice(dot + 1)) };
}

/** The server's refusal of a call. The same call may succeed later when it is retryable. */
export type Refusal = Pick<Notice, "code" | "text"> & { readonly retryable: boolean };

/** Returns the server's refusal from the error of a call; null when the call failed for another reason. SignalR prefixes it with its own sentence. */
export function refusalOf(error: unknown): Refusal | null {
  const message = error instanceof Error ? error.message : "";
  const [, code, text] = /^.*HubException: ([a-z_]+): (.*)$/s.exec(message) ?? [];
  if (code === undefined || text === undefined) return null;
  return { code, text, retryable: isRetryable(code) };
}

/** Returns whether the same call may succeed later. */
export function isRetryable(code: string): boolean {
  return code === "unavailable" || code === "rate_limited";
}

/** Returns the largest allowed call in bytes when a larger call closed the connection; null for every other error. */
export function callLimitOf(error: unknown): number | null {
  const refusal = refusalOf(error);
  const [, bytes] = (refusal?.code === "too_large" && /^A call has at most (\d+) bytes/.exec(refusal.text)) || [];
  return bytes === undefined ? null : Number(bytes);
}
