// What the page and the server say to each other on /chat: the parts of the wire that this page uses.

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

export interface SendRequest {
  readonly to: string;
  readonly content: string;
  readonly id: string;
}

export interface ReadRequest {
  readonly stream: string;
  readonly before?: string;
  readonly with?: string;
  readonly limit?: number;
}

export interface ReadAnswer {
  readonly messages: Message[];
  readonly more: boolean;
}

export interface ResumedStream {
  readonly stream: string;
  readonly recovered: boolean;
  readonly messages: Message[];
  readonly head: string;
  readonly confirmed: string;
  readonly more: boolean;
}

export interface ResumeAnswer {
  readonly streams: ResumedStream[];
}

export interface TopicValue {
  readonly topic: string;
  readonly value: unknown;
  readonly version: number;
}

export interface Notice {
  readonly code: string;
  readonly text: string;
}

/** A place in a stream: offsets of different epochs cannot be compared. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

export function parsePosition(text: string): Position {
  const dot = text.lastIndexOf(".");
  return { epoch: text.slice(0, dot), offset: Number(text.slice(dot + 1)) };
}

export interface Refusal {
  readonly code: string;
  readonly text: string;
  readonly retryable: boolean;
}

/** The server's refusal in an error of a call; null when the call failed for another reason. SignalR puts a sentence of its own before it. */
export function refusalOf(error: unknown): Refusal | null {
  const message = error instanceof Error ? error.message : "";
  const [, code, text] = /^.*HubException: ([a-z_]+): (.*)$/s.exec(message) ?? [];
  if (code === undefined || text === undefined) return null;
  return { code, text, retryable: code === "unavailable" || code === "rate_limited" };
}

export const isRoom = (name: string): boolean => name.startsWith("#");

/** What is wrong with the name of somebody or of a room to write to. */
export function problemWithRecipient(name: string): string | null {
  if (!isRoom(name)) return problemWithName(name);
  if (name === "#") return "Enter the room's name after #.";
  if ([...name].length > 64 || /^#\s|[:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name))
    return "A room has at most 63 characters after #, without colon and control characters.";
  return null;
}

/** What is wrong with a name, as far as the page can tell; the server has the last word. */
export function problemWithName(name: string): string | null {
  if (name === "") return "Enter a name.";
  if ([...name].length > 64) return "A name has at most 64 characters.";
  if (/^[#$]|[:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) return "A name has no colon and no control characters, and does not begin with # or $.";
  return null;
}

/** A name as it was meant: without white space around it, and with each accent in its letter. */
export const tidyName = (text: string): string => text.normalize("NFC").trim();
