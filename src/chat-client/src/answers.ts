import { isRetryable, type Refusal } from "./wire";

/** The server's own refusal of a connection. */
export interface ConnectRefusal extends Refusal {
  /** `banned`, `name` or `origin`: distinguishes refusals with the same code. */
  readonly reason: string | null;
}

// An older server sends no header. Its body begins with one of these codes.
const CODES = new Set([
  "bad_frame", "bad_user_id", "bad_recipient", "identity_mismatch", "forbidden", "bad_request",
  "key_conflict", "too_large", "rate_limited", "unavailable", "unauthenticated", "not_found",
]);

/** Returns the server's own refusal in an unsuccessful HTTP response; null when something in between answered, such as a captive portal. */
export function refusalOfAnswer(headers: Pick<Headers, "get">, body: string): ConnectRefusal | null {
  const [, bodyCode, text] = /^([a-z_]+): (.*)$/s.exec(body) ?? [];
  const code = headers.get("Chat-Refusal") ?? (bodyCode !== undefined && CODES.has(bodyCode) ? bodyCode : null);
  if (code === null) return null;
  return {
    code,
    text: bodyCode === code && text !== undefined ? text.trimEnd() : "",
    reason: headers.get("Chat-Refusal-Reason"),
    retryable: isRetryable(code),
  };
}
