import type { Draft, Message } from "chat-client";
import type { Conversation } from "./conversation";
import { DraftRow, MessageRow } from "./messageRow";
import { dayKey, dayOf } from "./times";
import type { Row } from "./virtualList";
import { words } from "./words";

// Messages of one sender that are further apart than this are not one saying.
const PAUSE = 5 * 60 * 1000;

interface Said {
  readonly conversation: Conversation;
  readonly user: string;
  readonly drafts: readonly Draft[];
  readonly firstUnread: string | undefined;
  readonly isConnected: boolean;
  readonly retry: (id: string) => void;
  readonly remove: (id: string) => void;
}

/** What a conversation shows: messages by day and sender, and below them what is not a message yet. */
export function rowsOf({ conversation, user, drafts, firstUnread, isConnected, retry, remove }: Said): Row[] {
  const { messages } = conversation;
  const rows: Row[] = [];
  if (conversation.complete) rows.push({ key: "begin", estimate: 60, content: () => <p class="begin">{messages.length > 0 ? words().begin : words().nothingSaid}</p> });
  else if (conversation.loading || messages.length > 0) rows.push({ key: "earlier", estimate: 60, content: () => <p class="begin">{words().loading}</p> });
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const isNewDay = before === undefined || !isSameDay(before, message);
    if (isNewDay) rows.push({ key: `day ${message.offset}`, estimate: 56, content: () => <h3 class="day"><span>{dayOf(message.sentAt)}</span></h3> });
    if (message.id === firstUnread) rows.push({ key: "new", estimate: 40, content: () => <p class="new"><span>{words().newMessages}</span></p> });
    const isMine = message.from === user;
    const follows = !isNewDay && message.id !== firstUnread && isOneSaying(before!, message);
    rows.push({
      key: isMine ? message.id : `#${message.offset}`,
      estimate: estimateOf(message.content),
      content: () => <MessageRow message={message} isMine={isMine} follows={follows} inRoom={conversation.isRoom} />,
    });
  });
  for (const draft of drafts)
    rows.push({
      key: draft.id,
      estimate: estimateOf(draft.content),
      content: () => <DraftRow draft={draft} isConnected={isConnected} retry={() => retry(draft.id)} remove={() => remove(draft.id)} />,
    });
  return rows;
}

const days = new WeakMap<Message, string>();

function dayOfMessage(message: Message): string {
  let day = days.get(message);
  if (day === undefined) days.set(message, (day = dayKey(message.sentAt)));
  return day;
}

const isSameDay = (a: Message, b: Message): boolean => dayOfMessage(a) === dayOfMessage(b);

const isOneSaying = (a: Message, b: Message): boolean => a.from === b.from && Date.parse(b.sentAt) - Date.parse(a.sentAt) < PAUSE;

const estimateOf = (content: string): number => 44 + 22 * Math.min(12, Math.floor(content.length / 50));
