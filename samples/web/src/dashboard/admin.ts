/** A user, as GET /api/v1/user?user= tells. */
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

/** The server, or what is in between, did not do what it was asked for. */
export class Refused extends Error {
  /**
   * @param status of the answer; 0 when there was none.
   * @param code the server's own error; null when something in between answered, such as a captive portal.
   */
  constructor(
    readonly status: number,
    detail: string,
    readonly code: string | null = null,
  ) {
    super(detail);
  }

  /** Whether the server itself refuses the key. */
  get isOfKey(): boolean {
    return this.code === "unauthenticated" || this.code === "forbidden";
  }
}

/** What operators may ask and do, with their key. The key is kept here and nowhere else. */
export class Admin {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** @throws Refused when the key is not good for this. */
  check = (): Promise<unknown> => this.users("", 1);

  users = async (prefix: string, limit: number): Promise<readonly string[]> =>
    (await this.call<{ users: string[] }>("GET", `users?prefix=${encodeURIComponent(prefix)}&limit=${limit}`)).users;

  // Names stand in the query: browsers and proxies rewrite a path that holds one such as `..`.
  user = (user: string): Promise<User> => this.call("GET", `user?${named(user)}`);

  connections = async (user: string): Promise<readonly UserConnection[]> =>
    (await this.call<{ connections: UserConnection[] }>("GET", `connections?${named(user)}`)).connections;

  /** Ends the user's connections; returns how many there were. */
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
    // a page, not problem details
  }
  return new Refused(answer.status, `HTTP ${answer.status}`);
}
