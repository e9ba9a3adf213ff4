import { Refused } from "./admin";
import { t } from "./texts";
import type { WatchEnd } from "./watch";

/** What to tell the operator about a call that did not work. */
export function problemOf(error: unknown): string {
  const refused = error instanceof Refused ? error : new Refused(-1, String(error));
  switch (refused.status) {
    case 0:
      return t().unreachable;
    case 401:
      return t().wrongKey;
    case 403:
      return t().weakKey;
    case 429:
      return t().tooManyKeys;
    default:
      return t().failed(refused.message);
  }
}

/** Why the figures have ended for good. */
export const endOf = (reason: WatchEnd): string =>
  ({ unauthenticated: t().needsKey, forbidden: t().needsKey, kicked: t().kicked, banned: t().banned })[reason];
