import { useMemo, useRef, useState } from "preact/hooks";
import { language } from "../language";
import { Avatar } from "./avatar";
import type { Chat } from "./chat";
import { Composer } from "./composer";
import { BackIcon, DownIcon, LeaveIcon } from "./icons";
import { LeaveDialog } from "./leaveDialog";
import { rowsOf } from "./rows";
import { VirtualList } from "./virtualList";
import { t } from "./texts";

interface Props {
  readonly chat: Chat;
  readonly name: string;
  readonly back: () => void;
}

/** The open conversation: its messages and the composer. */
export function ConversationView({ chat, name, back }: Props) {
  const say = t();
  const conversation = chat.conversations.with(name);
  const [sent, setSent] = useState(0);
  const [isLeaving, setLeaving] = useState(false);
  const [atEnd, setAtEnd] = useState(true);
  const leaveButton = useRef<HTMLButtonElement>(null);
  const isConnected = chat.state.kind === "connected";
  const { messages, complete, loading, unread } = conversation;
  const drafts = chat.outbox.all.filter(({ to }) => to === name);
  const rows = useMemo(
    () => rowsOf({ conversation, user: chat.user, drafts, firstUnread: chat.open.firstUnread, isConnected, retry: (id) => chat.outbox.retry(id), remove: (id) => chat.outbox.remove(id) }),
    [messages, complete, loading, chat.open.firstUnread, isConnected, language(), drafts.map(({ id, state, problem }) => `${id} ${state} ${problem?.code}`).join()],
  );

  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || isLeaving) return;
    event.preventDefault();
    back();
  };
  return (
    <section class="open" aria-labelledby="peer" onKeyDown={escape}>
      <header class="peer">
        <button class="quiet icon back" aria-label={say.back} onClick={back}>
          <BackIcon />
        </button>
        <Avatar name={name} />
        <h2>
          <bdi id="peer">{name}</bdi>
        </h2>
        {conversation.isRoom && (
          <button ref={leaveButton} class="quiet icon" aria-label={say.leave} title={say.leave} onClick={() => setLeaving(true)}>
            <LeaveIcon />
          </button>
        )}
      </header>
      <VirtualList
        id="messages"
        label={say.messages}
        rows={rows}
        toEnd={sent}
        onNearStart={() => conversation.loaded && void chat.readEarlier(conversation)}
        onAtEnd={(is) => {
          setAtEnd(is);
          chat.open.setAtEnd(is);
        }}
      />
      {!atEnd && (
        <button class="to-end" aria-label={say.toNewest} onClick={() => setSent(sent + 1)}>
          <DownIcon />
          {unread > 0 && <span class="unread">{unread}</span>}
        </button>
      )}
      <Composer
        to={name}
        unsent={chat.unsent}
        send={(content) => {
          chat.send(content);
          setSent(sent + 1);
        }}
      />
      {isLeaving && (
        <LeaveDialog
          room={name}
          leave={() => void chat.leave(name)}
          close={() => {
            setLeaving(false);
            leaveButton.current?.focus();
          }}
        />
      )}
    </section>
  );
}
