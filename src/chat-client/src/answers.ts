import { isRetryable, type Refusal } from "./wire";

/** The server's own refusal of a connection. */
export interface ConnectRefusal extends Refusal {
  /** Tells refusals of one code apart: `banned`, `name` or `origin`. */
  readonly reason: string | null;
}

// An older server sends no header: its body begins with one of these.
const CODES = new Set([
  "bad_frame", "bad_user_id", "bad_recipient", "identity_mismatch", "forbidden", "bad_request",
  "key_conflict", "too_large", "rate_limited", "unavailable", "unauthenticated", "not_found",
]);

/** The server's own refusal in an HTTP answer that is no success; null when something in between answered, such as a captive portal. */
export function refusalOfAnswer(headers: Pick<Headers, "get">, body: string): ConnectRefusal | null {
  const [, told, text] = /^([a-z_]+): (.*)$/s.exec(body) ?? [];
  const code = headers.get("Chat-Refusal") ?? (told !== undefined && CODES.has(told) ? told : null);
  if (code === null) return null;
  return {
    code,
    text: told === code && text !== undefined ? text.trimEnd() : "",
    reason: headers.get("Chat-Refusal-Reason"),
    retryable: isRetryable(code),
  };
}
