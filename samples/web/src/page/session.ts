import { tab } from "../storage";
import { tidyName } from "./names";

/** The signed-in user, with a token unless the user signed in by name. */
export interface Session {
  readonly user: string;
  readonly token?: string;
}

// In the storage of the tab: two tabs can have two users.
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

/** Returns the session of a token, whose `sub` is the user; null when it is not a token. The server checks the token. */
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
