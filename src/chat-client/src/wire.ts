// What a client and the server say to each other on /chat; src/Chat.Protocol/README.md is the whole of it.

/** A message as an entry of a stream: a user's mailbox, or a room. */
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

/** The answer to a message that is durable. */
export type Receipt = Pick<Message, "id" | "stream" | "offset" | "position" | "sentAt"> & { readonly duplicate: boolean };

/** What was missed in one stream. */
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

/** What is about to happen to the connection. */
export interface Notice {
  readonly code: string;
  readonly text: string;
  readonly retryAfter?: number;
}

/** A position taken apart: offsets of different epochs cannot be compared. */
export function parsePosition(position: string): { readonly epoch: string; readonly offset: number } {
  const dot = position.lastIndexOf(".");
  return { epoch: position.slice(0, dot), offset: Number(position.slice(dot + 1)) };
}

/** Why the server did not do what it was called for. What is retryable may succeed later. */
export type Refusal = Pick<Notice, "code" | "text"> & { readonly retryable: boolean };

/** The server's refusal in an error of a call; null when the call failed for another reason. SignalR puts a sentence of its own before it. */
export function refusalOf(error: unknown): Refusal | null {
  const message = error instanceof Error ? error.message : "";
  const [, code, text] = /^.*HubException: ([a-z_]+): (.*)$/s.exec(message) ?? [];
  if (code === undefined || text === undefined) return null;
  return { code, text, retryable: isRetryable(code) };
}

/** Whether the same call may succeed later. */
export function isRetryable(code: string): boolean {
  return code === "unavailable" || code === "rate_limited";
}

/** Most bytes of a call, when the connection ended because a call was larger; null for every other error. */
export function callLimitOf(error: unknown): number | null {
  const refusal = refusalOf(error);
  const [, bytes] = (refusal?.code === "too_large" && /^A call has at most (\d+) bytes/.exec(refusal.text)) || [];
  return bytes === undefined ? null : Number(bytes);
}
