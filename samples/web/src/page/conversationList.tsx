import { useEffect, useRef } from "preact/hooks";
import { Avatar } from "./avatar";
import type { Chat } from "./chat";
import type { Conversation } from "./conversation";
import { briefly } from "./times";
import { t } from "./texts";

// Laying out more of a long message costs time, and shows nothing.
const MAX_PREVIEW = 100;

// Pixels before the end of the list at which the page requests more.
const NEAR_END = 400;

interface Props {
  readonly chat: Chat;
  readonly choose: (name: string) => void;
}

/** The conversations, newest first. The arrow keys move between them. */
export function ConversationList({ chat, choose }: Props) {
  const say = t();
  const list = useRef<HTMLUListElement>(null);
  const all = chat.conversations.list;

  const scrolled = (event: Event) => {
    const frame = event.currentTarget as HTMLElement;
    if (frame.scrollHeight - frame.scrollTop - frame.clientHeight < NEAR_END) void chat.conversations.more().catch(() => undefined);
  };
  const move = (event: KeyboardEvent) => {
    const entries = [...list.current!.querySelectorAll<HTMLElement>(".entry")];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to === undefined || !entries[to]) return;
    event.preventDefault();
    entries[to].focus();
  };
  // When the user closes a conversation, its entry in the list gets the focus.
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (chat.open.name === null && last.current !== null) list.current?.querySelector<HTMLElement>(`[data-name="${CSS.escape(last.current)}"]`)?.focus();
    last.current = chat.open.name;
  }, [chat.open.name]);

  return (
    <nav aria-label={say.conversations} onScroll={scrolled}>
      <ul id="conversations" class="conversations" ref={list} onKeyDown={move}>
        {all.map((conversation) => (
          <Entry key={conversation.name} conversation={conversation} user={chat.user} isOpen={conversation.name === chat.open.name} choose={choose} />
        ))}
      </ul>
      {all.length === 0 && <p class="hint">{say.noConversations}</p>}
    </nav>
  );
}

interface EntryProps {
  readonly conversation: Conversation;
  readonly user: string;
  readonly isOpen: boolean;
  readonly choose: (name: string) => void;
}

function Entry({ conversation: { name, last, unread, isRoom }, user, isOpen, choose }: EntryProps) {
  const say = t();
  const sender = last && (last.from === user ? `${say.you}: ` : isRoom ? `${last.from}: ` : "");
  return (
    <li>
      <button class="entry" data-name={name} aria-current={isOpen ? "true" : undefined} onClick={() => choose(name)}>
        <Avatar name={name} />
        <span class="entry-name">
          <bdi>{name}</bdi>
        </span>
        <time class="entry-time" dateTime={last?.sentAt}>
          {last && briefly(last.sentAt)}
        </time>
        <span class="entry-last" dir="auto">
          {last && sender + last.content.slice(0, MAX_PREVIEW)}
        </span>
        <span class="unread" aria-label={unread > 0 ? say.unread(unread) : undefined} role={unread > 0 ? "img" : undefined}>
          {unread > 0 ? unread : ""}
        </span>
      </button>
    </li>
  );
}
