import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Admin, User, UserConnection } from "./admin";
import { Confirm, type Question } from "./Confirm";
import type { Format } from "./format";
import { t } from "./texts";

const REFRESH = 3000;

interface Props {
  readonly admin: Admin;
  readonly format: Format;
  readonly user: string;
  readonly say: (text: string) => void;
  readonly failed: (error: unknown) => void;
  readonly back: () => void;
}

/** One user: the open connections, and the operator's actions on the user. */
export function Person({ admin, format, user, say, failed, back }: Props) {
  const [known, setKnown] = useState<User | null>(null);
  const [connections, setConnections] = useState<readonly UserConnection[]>([]);
  const [question, setQuestion] = useState<Question | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const look = useCallback(async () => {
    const [now, open] = await Promise.all([admin.user(user), admin.connections(user)]);
    setKnown(now);
    setConnections(open);
  }, [admin, user]);

  useEffect(() => {
    heading.current?.focus();
    let isLost = false;
    const again = async () => {
      try {
        await look();
        if (isLost) say("");
        isLost = false;
      } catch (error) {
        setKnown(null);
        setConnections([]);
        failed(error);
        isLost = true;
      }
    };
    say("");
    void again();
    const timer = setInterval(() => void again(), REFRESH);
    return () => clearInterval(timer);
  }, [look]);

  const act = async (action: () => Promise<string>) => {
    try {
      say(await action());
      await look();
    } catch (error) {
      failed(error);
    }
  };

  const kick: Question = {
    question: t().kickQuestion(user),
    consequence: t().kickConsequence,
    action: t().kick,
    answered: () => void act(async () => t().didKick(user, await admin.kick(user))),
  };
  const ban: Question = {
    question: t().banQuestion(user),
    consequence: t().banConsequence,
    action: t().ban,
    answered: () => void act(async () => (await admin.ban(user), t().didBan(user))),
  };
  const unban: Question = {
    question: t().unbanQuestion(user),
    consequence: t().unbanConsequence,
    action: t().unban,
    answered: () => void act(async () => (await admin.unban(user), t().didUnban(user))),
  };

  return (
    <div class="person">
      <button type="button" class="quiet back" onClick={back}>← {t().back}</button>
      <h3 ref={heading} tabIndex={-1}>
        <bdi>{user}</bdi>
        {known && <span class={known.online ? "badge good" : "badge"}>{known.online ? t().online : t().offline}</span>}
        {known?.banned && <span class="badge bad">{t().isBanned}</span>}
      </h3>
      {known && <Connections user={user} connections={connections} format={format} />}
      <p class="answers">
        <button type="button" disabled={connections.length === 0} onClick={() => setQuestion(kick)}>{t().kick}</button>
        {known && (
          <button type="button" class={known.banned ? "" : "danger"} onClick={() => setQuestion(known.banned ? unban : ban)}>
            {known.banned ? t().unban : t().ban}
          </button>
        )}
      </p>
      {question && <Confirm {...question} close={() => setQuestion(null)} />}
    </div>
  );
}

function Connections({ user, connections, format }: { user: string; connections: readonly UserConnection[]; format: Format }) {
  if (connections.length === 0) return <p class="hint">{t().noConnections}</p>;
  return (
    <table>
      <caption class="unseen">{t().connectionsOf(user)}</caption>
      <thead>
        <tr>
          <th scope="col">{t().kind}</th>
          <th scope="col">{t().openFor}</th>
          <th scope="col">{t().address}</th>
          <th scope="col" class="figure">{t().queued}</th>
        </tr>
      </thead>
      <tbody>
        {connections.map(({ id, kind, since, address, queuedBytes }) => (
          <tr key={id}>
            <td><span class={`kind ${kind}`}>{kind}</span></td>
            <td title={format.date(new Date(since))}>{format.duration((Date.now() - Date.parse(since)) / 1000)}</td>
            <td class="address">{address ?? t().none}</td>
            <td class="figure">{format.bytes(queuedBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
