/** A user, as GET /api/v1/user?user= returns it. */
export interface User {
  readonly user: string;
  readonly online: boolean;
  readonly connections: number;
  readonly banned: boolean;
}

export interface UserConnection {
  readonly id: string;
  readonly kind: "hub" | "raw";
  readonly since: string;
  readonly address?: string;
  readonly queuedBytes: number;
}

/** The server or a proxy refused a request. */
export class Refused extends Error {
  /**
   * @param status the HTTP status; 0 without an answer.
   * @param code the server's own error code; null when something in between answered, such as a captive portal.
   */
  constructor(
    readonly status: number,
    detail: string,
    readonly code: string | null = null,
  ) {
    super(detail);
  }

  /** Whether the server refuses the key. */
  get isOfKey(): boolean {
    return this.code === "unauthenticated" || this.code === "forbidden";
  }
}

/** The operator API, called with the operator's key. The page keeps the key here only. */
export class Admin {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** @throws Refused when the server does not accept the key. */
  check = (): Promise<unknown> => this.users("", 1);

  users = async (prefix: string, limit: number): Promise<readonly string[]> =>
    (await this.call<{ users: string[] }>("GET", `users?prefix=${encodeURIComponent(prefix)}&limit=${limit}`)).users;

  // Names are in the query: browsers and proxies rewrite a path with a name such as `..`.
  user = (user: string): Promise<User> => this.call("GET", `user?${named(user)}`);

  connections = async (user: string): Promise<readonly UserConnection[]> =>
    (await this.call<{ connections: UserConnection[] }>("GET", `connections?${named(user)}`)).connections;

  /** Ends the user's connections and returns their number. */
  kick = async (user: string): Promise<number> =>
    (await this.call<{ closed: number }>("DELETE", `connections?${named(user)}`)).closed;

  ban = (user: string): Promise<void> => this.call("PUT", `bans?${named(user)}`);

  unban = (user: string): Promise<void> => this.call("DELETE", `bans?${named(user)}`);

  private async call<T>(method: string, path: string): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(`api/v1/${path}`, { method, headers: { Authorization: `Bearer ${this.#key}` } });
    } catch {
      throw new Refused(0, "");
    }
    if (!answer.ok) throw await refusedBy(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
}

const named = (user: string): string => `user=${encodeURIComponent(user)}`;

async function refusedBy(answer: Response): Promise<Refused> {
  try {
    const { code, detail, title } = (await answer.json()) as { code?: string; detail?: string; title?: string };
    if (code !== undefined) return new Refused(answer.status, detail ?? title ?? "", code);
  } catch {
    // The body is a page, not problem details.
  }
  return new Refused(answer.status, `HTTP ${answer.status}`);
}
