import { Refused } from "./admin";
import { t } from "./texts";
import type { WatchEnd } from "./watch";

/** Returns the text for a failed request. */
export function problemOf(error: unknown): string {
  const refused = error instanceof Refused ? error : new Refused(-1, String(error));
  if (refused.status === 0) return t().unreachable;
  switch (refused.code) {
    case "unauthenticated":
      return t().wrongKey;
    case "forbidden":
      return t().weakKey;
    case "rate_limited":
      return t().tooManyKeys;
    default:
      return t().failed(refused.message);
  }
}

/** Returns the text for the permanent end of the figures. */
export const endOf = (reason: WatchEnd): string =>
  ({ unauthenticated: t().needsKey, forbidden: t().needsKey, name: t().nameRefused, origin: t().originRefused, kicked: t().kicked, banned: t().banned })[reason];
