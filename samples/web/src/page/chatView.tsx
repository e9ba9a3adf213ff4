import { useEffect, useReducer, useState } from "preact/hooks";
import { Banners } from "./banners";
import type { Chat } from "./chat";
import { ConversationView } from "./conversationView";
import { forget, onStep, openBefore } from "./history";
import { TalkIcon } from "./icons";
import { notify } from "./notifications";
import { isRoom } from "./peers";
import { Sidebar } from "./sidebar";
import { endOf, t } from "./texts";

interface Props {
  readonly chat: Chat;
  /** Signs the user out, with a reason unless the user asked for it. */
  readonly end: (reason?: string) => void;
}

const MAX_READ_OUT = 200;
const MAX_DELAY = 100; // milliseconds

/** The page of one signed-in user. */
export function ChatView({ chat, end }: Props) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [announcement, setAnnouncement] = useState("");
  const say = t();

  useEffect(() => {
    let [frame, timer] = [0, 0];
    const show = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      timer = 0;
      redraw(undefined);
    };
    return chat.start(
      // Shows messages that arrive together in one frame. A page in the background has no frames, so a timer redraws it.
      () => {
        if (timer !== 0) return;
        frame = requestAnimationFrame(show);
        timer = window.setTimeout(show, MAX_DELAY);
      },
      (conversation, message, isSeen) => {
        setAnnouncement(isSeen ? `${message.from}: ${message.content.slice(0, MAX_READ_OUT)}` : t().newFrom(message.from));
        if (document.hidden || !document.hasFocus()) notify(conversation, message, () => void chat.choose(conversation.name));
      },
    );
  }, [chat]);

  const { state } = chat;
  useEffect(() => {
    if (state.kind !== "ended" || chat.hasBeenUp) return;
    if (state.reason === "unauthenticated") end(chat.hasToken ? say.tokenRefused : say.tokenWanted);
    else if (state.reason !== "stopped") end(endOf(state));
  }, [state]);

  const { list, isWhole } = chat.conversations;
  const unread = list.reduce((sum, conversation) => sum + conversation.unread, 0);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}${isWhole ? "" : "+"}) Chat` : "Chat";
    return () => (document.title = "Chat");
  }, [unread, isWhole]);

  const choose = (name: string | null, join = false) => void chat.choose(name, join);
  useEffect(() => {
    const before = openBefore();
    if (before !== null) choose(before);
    const end = onStep((open) => open !== chat.open.name && choose(open));
    return () => {
      end();
      forget();
    };
  }, [chat]);
  return (
    <div class={chat.open.name === null ? "chat" : "chat is-open"}>
      <Sidebar chat={chat} choose={choose} open={(name) => choose(name, isRoom(name))} signOut={() => end()} />
      <main class="conversation">
        <Banners chat={chat} />
        {chat.open.name === null ? (
          <div class="nothing-open">
            <span class="nothing-open-mark">
              <TalkIcon />
            </span>
            <p class="nothing-open-title">{say.nothingOpen}</p>
            <p>{say.nothingOpenHint}</p>
          </div>
        ) : (
          <ConversationView key={chat.open.name} chat={chat} name={chat.open.name} back={() => choose(null)} />
        )}
      </main>
      <div class="unseen" role="log" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}
