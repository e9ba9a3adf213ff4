import { useEffect, useRef, useState } from "preact/hooks";
import { type Admin, Refused } from "./admin";
import type { Format } from "./format";
import { Person } from "./Person";
import { problemOf } from "./problem";
import { t } from "./texts";

const LIMIT = 20;

// Milliseconds after the last key before the search starts.
const TYPING = 150;

// Milliseconds between searches: users connect while the page is open.
const REFRESH = 3000;

interface Props {
  readonly admin: Admin;
  /** The user of the dashboard's own connection. The search does not show it. */
  readonly self: string;
  readonly format: Format;
  /** Called when the server no longer accepts the key, with the reason. */
  readonly lose: (reason: string) => void;
}

interface Found {
  readonly prefix: string;
  readonly users: readonly string[];
}

/** Finds users by the beginning of their names, and opens one of them. */
export function People({ admin, self, format, lose }: Props) {
  const [prefix, setPrefix] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [user, setUser] = useState<string | null>(null);
  const [status, setStatus] = useState("");

  const search = useRef<HTMLInputElement>(null);

  const failed = (error: unknown) => {
    if (error instanceof Refused && error.isOfKey) lose(problemOf(error));
    else setStatus(problemOf(error));
  };

  useEffect(() => {
    if (user !== null) return;
    let asked = true;
    const find = async () => {
      try {
        const users = (await admin.users(prefix, LIMIT + 2)).filter((name) => name !== self);
        if (!asked) return;
        setFound({ prefix, users });
        setStatus(users.length === 0 ? t().noUser(prefix) : users.length > LIMIT ? t().firstOf(LIMIT) : t().found(users.length));
      } catch (error) {
        if (!asked) return;
        setFound(null);
        failed(error);
      }
    };
    const first = setTimeout(() => void find(), TYPING);
    const again = setInterval(() => void find(), REFRESH);
    return () => {
      asked = false;
      clearTimeout(first);
      clearInterval(again);
    };
  }, [admin, self, prefix, user]);

  const back = () => {
    setUser(null);
    requestAnimationFrame(() => search.current?.focus());
  };

  // An operator can also ban a name that no user has yet. A known user with exactly this name is always in the results.
  const exact = found?.prefix.normalize("NFC").trim();
  const unknown = exact && !found?.users.includes(exact) ? exact : null;

  return (
    <section class="card people" aria-labelledby="people-title">
      <h2 id="people-title">{t().people}</h2>
      {user === null ? (
        <>
          <label for="prefix">{t().find}</label>
          <input
            id="prefix"
            type="search"
            autocomplete="off"
            spellcheck={false}
            placeholder={t().findHint}
            value={prefix}
            ref={search}
            onInput={(event) => setPrefix(event.currentTarget.value)}
          />
          <ul class="found">
            {found?.users.slice(0, LIMIT).map((name) => (
              <li key={name}>
                <button type="button" class="quiet" onClick={() => setUser(name)}>
                  <bdi>{name}</bdi>
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <Person key={user} admin={admin} format={format} user={user} say={setStatus} failed={failed} back={back} />
      )}
      <p class="said" role="status">{status}</p>
      {user === null && unknown && <button type="button" onClick={() => setUser(unknown)}>{t().openExactly(unknown)}</button>}
    </section>
  );
}
