import { useEffect, useRef, useState } from "preact/hooks";
import type { Admin } from "./admin";
import type { Format } from "./format";
import { Person } from "./Person";
import { problemOf } from "./problem";
import { t } from "./texts";

const LIMIT = 20;

// Long enough for a quick typist's next letter.
const TYPING = 150;

// People come while the page is open.
const REFRESH = 3000;

interface Props {
  readonly admin: Admin;
  readonly format: Format;
}

/** Finds users by the beginning of their names, and opens one of them. */
export function People({ admin, format }: Props) {
  const [prefix, setPrefix] = useState("");
  const [found, setFound] = useState<readonly string[] | null>(null);
  const [user, setUser] = useState<string | null>(null);
  const [said, setSaid] = useState("");

  const search = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (user !== null) return;
    let asked = true;
    const find = async () => {
      try {
        const users = await admin.users(prefix, LIMIT + 1);
        if (!asked) return;
        setFound(users);
        setSaid(users.length === 0 ? t().nobody(prefix) : users.length > LIMIT ? t().firstOf(LIMIT) : t().found(users.length));
      } catch (error) {
        if (asked) setSaid(problemOf(error));
      }
    };
    const first = setTimeout(() => void find(), TYPING);
    const again = setInterval(() => void find(), REFRESH);
    return () => {
      asked = false;
      clearTimeout(first);
      clearInterval(again);
    };
  }, [admin, prefix, user]);

  const back = () => {
    setUser(null);
    requestAnimationFrame(() => search.current?.focus());
  };

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
            {found?.slice(0, LIMIT).map((name) => (
              <li key={name}>
                <button type="button" class="quiet" onClick={() => setUser(name)}>
                  <bdi>{name}</bdi>
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <Person key={user} admin={admin} format={format} user={user} say={setSaid} back={back} />
      )}
      <p class="said" role="status">{said}</p>
    </section>
  );
}
