import { tab } from "../storage";
import { tidyName } from "./names";

/** The signed-in user, with a token unless the user signed in by name. */
export interface Identity {
  readonly user: string;
  readonly token?: string;
}

// In the storage of the tab: two tabs can have two users.
const REMEMBERED = "chat.session";

export function remembered(): Identity | null {
  try {
    const kept = JSON.parse(tab.getItem(REMEMBERED) ?? "null") as { readonly user?: unknown; readonly token?: unknown } | null;
    const isIdentity = typeof kept?.user === "string" && kept.user !== "" && ["string", "undefined"].includes(typeof kept.token);
    return isIdentity ? (kept as Identity) : null;
  } catch {
    return null;
  }
}

export function remember(identity: Identity | null): void {
  if (identity) tab.setItem(REMEMBERED, JSON.stringify(identity));
  else tab.removeItem(REMEMBERED);
}

/** Returns the identity of a token, whose `sub` is the user; null when it is not a token. The server checks the token. */
export function identityOf(token: string): Identity | null {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const text = new TextDecoder().decode(Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0)));
    const { sub } = JSON.parse(text) as { sub?: unknown };
    return typeof sub === "string" && sub !== "" ? { user: tidyName(sub), token } : null;
  } catch {
    return null;
  }
}
