import type { Draft, Message } from "chat-client";
import type { Conversation } from "./conversation";
import { DraftRow, MessageRow } from "./messageRow";
import { dayKey, dayOf } from "./times";
import type { Row } from "./virtualList";
import { t } from "./texts";

// Milliseconds. Consecutive messages of one sender within this time form one group.
const GROUP_GAP = 5 * 60 * 1000;

interface Shown {
  readonly conversation: Conversation;
  readonly user: string;
  readonly drafts: readonly Draft[];
  readonly firstUnread: string | undefined;
  readonly isConnected: boolean;
  readonly retry: (id: string) => void;
  readonly remove: (id: string) => void;
}

/** Returns the rows of a conversation: its messages by day and sender, then its drafts. */
export function rowsOf({ conversation, user, drafts, firstUnread, isConnected, retry, remove }: Shown): Row[] {
  const { messages } = conversation;
  const rows: Row[] = [];
  if (conversation.complete) rows.push({ key: "begin", estimate: 60, content: () => <p class="begin">{messages.length > 0 ? t().begin : t().nothingSaid}</p> });
  else if (conversation.loading || messages.length > 0) rows.push({ key: "earlier", estimate: 60, content: () => <p class="begin">{t().loading}</p> });
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const isNewDay = before === undefined || !isSameDay(before, message);
    if (isNewDay) rows.push({ key: `day ${message.offset}`, estimate: 56, content: () => <h3 class="day"><span>{dayOf(message.sentAt)}</span></h3> });
    if (message.id === firstUnread) rows.push({ key: "new", estimate: 40, content: () => <p class="new"><span>{t().newMessages}</span></p> });
    const isMine = message.from === user;
    const follows = !isNewDay && message.id !== firstUnread && isOneGroup(before!, message);
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

const isOneGroup = (a: Message, b: Message): boolean => a.from === b.from && Date.parse(b.sentAt) - Date.parse(a.sentAt) < GROUP_GAP;

const estimateOf = (content: string): number => 44 + 22 * Math.min(12, Math.floor(content.length / 50));
