import { useEffect, useReducer, useState } from "preact/hooks";
import { Banners } from "./banners";
import type { Chat } from "./chat";
import { ConversationView } from "./conversationView";
import { forget, onStep, openBefore } from "./history";
import { TalkIcon } from "./icons";
import { notify } from "./notifications";
import { isRoom } from "./places";
import { Sidebar } from "./sidebar";
import { endOf, words } from "./words";

interface Props {
  readonly chat: Chat;
  /** The user is signed out; with the reason where it was not the user's wish. */
  readonly end: (reason?: string) => void;
}

const MAX_READ_OUT = 200;
const LATEST = 100;

/** The page of one signed-in user. */
export function ChatView({ chat, end }: Props) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [heard, setHeard] = useState("");
  const say = words();

  useEffect(() => {
    let [frame, timer] = [0, 0];
    const show = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      timer = 0;
      redraw(undefined);
    };
    return chat.start(
      // Many messages come at once: they are shown together. A page in the background has no frames, and may go there at any time.
      () => {
        if (timer !== 0) return;
        frame = requestAnimationFrame(show);
        timer = window.setTimeout(show, LATEST);
      },
      (conversation, message, isSeen) => {
        setHeard(isSeen ? `${message.from}: ${message.content.slice(0, MAX_READ_OUT)}` : words().newFrom(message.from));
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

  const choose = (name: string | null, enter = false) => void chat.choose(name, enter);
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
          <div class="nobody">
            <span class="nobody-mark">
              <TalkIcon />
            </span>
            <p class="nobody-title">{say.nothingOpen}</p>
            <p>{say.nothingOpenHint}</p>
          </div>
        ) : (
          <ConversationView key={chat.open.name} chat={chat} name={chat.open.name} back={() => choose(null)} />
        )}
      </main>
      <div class="unseen" role="log" aria-live="polite">
        {heard}
      </div>
    </div>
  );
}
