import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { locale, onLanguage } from "../language";
import { Admin } from "./admin";
import { Charts } from "./Charts";
import { Format } from "./format";
import { Header } from "./Header";
import { KeyForm } from "./KeyForm";
import { Numbers } from "./Numbers";
import { People } from "./People";
import { endOf, problemOf } from "./problem";
import { Rooms } from "./Rooms";
import { t } from "./texts";
import { Watch } from "./watch";

/** The opened dashboard. Without a key, `admin` is null and the page shows figures only. */
interface Opened {
  readonly watch: Watch;
  readonly admin: Admin | null;
}

export function Dashboard() {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  /** The reason why the server no longer accepts the key, for example after a restart with another key. */
  const [lost, setLost] = useState("");
  const panel = useRef<HTMLElement>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => onLanguage(() => redraw(undefined)), []);

  // Redraws each second, because no event reports that figures became stale.
  useEffect(() => {
    if (!opened) return;
    panel.current?.focus();
    const timer = setInterval(() => redraw(undefined), 1000);
    const online = () => opened.watch.retry();
    addEventListener("online", online);
    return () => {
      clearInterval(timer);
      removeEventListener("online", online);
      opened.watch.end();
    };
  }, [opened]);

  const open = async (key: string) => {
    setBusy(true);
    setProblem("");
    try {
      const admin = key ? new Admin(key) : null;
      await admin?.check();
      const ended = (reason: Parameters<typeof endOf>[0]) => close(endOf(reason));
      setOpened({ watch: Watch.with(key, () => redraw(undefined), ended), admin });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };

  const close = (reason: string) => {
    setOpened(null);
    setLost("");
    setProblem(reason);
  };

  const format = new Format(locale());
  const { watch, admin } = opened ?? {};
  const latest = watch?.series.latest;
  const isStale = latest !== undefined && !watch?.isLive;
  useEffect(() => void (document.title = `${isStale ? "⚠ " : ""}${t().title} · ${t().chat}`));

  return (
    <>
      <Header watch={watch} format={format} close={() => close("")} />
      {!watch ? (
        <main class="closed">
          <KeyForm problem={problem} busy={busy} open={(key) => void open(key)} />
        </main>
      ) : (
        <main class={isStale ? "panel stale" : "panel"} ref={panel} tabIndex={-1}>
          <Numbers series={watch.series} format={format} />
          <Charts series={watch.series} format={format} />
          <Rooms rooms={latest?.stats.rooms ?? []} format={format} />
          {admin && !lost ? (
            <People admin={admin} self={watch.user} format={format} lose={setLost} />
          ) : (
            <NoKey problem={lost} enter={() => close("")} />
          )}
        </main>
      )}
    </>
  );
}

function NoKey({ problem, enter }: { readonly problem: string; readonly enter: () => void }) {
  return (
    <section class="card people" aria-labelledby="people-title">
      <h2 id="people-title">{t().people}</h2>
      <p class="problem" role="alert">{problem}</p>
      <p class="hint">{t().keyForPeople}</p>
      <button type="button" onClick={enter}>{t().enterKey}</button>
    </section>
  );
}
