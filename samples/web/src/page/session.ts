import { tab } from "../storage";
import { tidyName } from "./names";

/** Who has signed in, and with which token if not by name alone. */
export interface Session {
  readonly user: string;
  readonly token?: string;
}

// Of this tab alone: two tabs can be two people.
const REMEMBERED = "chat.session";

export function remembered(): Session | null {
  try {
    const kept = JSON.parse(tab.getItem(REMEMBERED) ?? "null") as { readonly user?: unknown; readonly token?: unknown } | null;
    const isSession = typeof kept?.user === "string" && kept.user !== "" && ["string", "undefined"].includes(typeof kept.token);
    return isSession ? (kept as Session) : null;
  } catch {
    return null;
  }
}

export function remember(session: Session | null): void {
  if (session) tab.setItem(REMEMBERED, JSON.stringify(session));
  else tab.removeItem(REMEMBERED);
}

/** The session that a token is for: its `sub` is the user. Whether it is good the server says. Null when it is no token. */
export function sessionOf(token: string): Session | null {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const text = new TextDecoder().decode(Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0)));
    const { sub } = JSON.parse(text) as { sub?: unknown };
    return typeof sub === "string" && sub !== "" ? { user: tidyName(sub), token } : null;
  } catch {
    return null;
  }
}
