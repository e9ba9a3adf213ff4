import { useEffect, useRef, useState } from "preact/hooks";
import type { TopicValue } from "chat-client";
import { Avatar } from "./avatar";
import type { Chat } from "./chat";
import { ConversationList } from "./conversationList";
import { problemWithRecipient, tidyName } from "./names";
import { Settings } from "./settings";
import { isTouch } from "./touch";
import { t } from "./texts";

interface Props {
  readonly chat: Chat;
  readonly choose: (name: string) => void;
  readonly open: (name: string) => void;
  readonly signOut: () => void;
}

/** The signed-in user and the list of conversations. */
export function Sidebar({ chat, choose, open, signOut }: Props) {
  const { state } = chat;
  const say = t();
  const said = state.kind === "connected" ? say.connected : state.kind === "ended" ? say.disconnected : state.kind === "connecting" && !state.again ? say.connecting : say.reconnecting;
  return (
    <aside class="sidebar">
      <header class="me">
        <Avatar name={chat.user} />
        <div class="me-text">
          <strong>
            <bdi id="me-name">{chat.user}</bdi>
          </strong>
          <span id="state" class="state" role="status" data-state={state.kind}>
            {said}
          </span>
        </div>
        <Settings signOut={signOut} />
      </header>
      <p id="figure" class="figure" role="status" hidden={chat.figure === null}>
        {chat.figure && figureText(chat.figure)}
      </p>
      <OpenForm open={open} />
      <ConversationList chat={chat} choose={choose} />
    </aside>
  );
}

function OpenForm({ open }: { readonly open: (name: string) => void }) {
  const say = t();
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // After a sign-in by keyboard this field gets the focus, unless a conversation is open.
  useEffect(() => {
    if (document.activeElement === document.body && !isTouch()) field.current!.focus();
  }, []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const name = tidyName(field.current!.value);
    const wrong = problemWithRecipient(name);
    setProblem(wrong);
    if (wrong !== null) return;
    field.current!.value = "";
    open(name);
  };
  return (
    <form class="open-form" noValidate onSubmit={submit}>
      <label for="open-name" class="unseen">
        {say.writeTo}
      </label>
      <input id="open-name" ref={field} placeholder={say.writeToHint} autoComplete="off" autoCapitalize="none" spellcheck={false} enterkeyhint="go" aria-describedby="open-problem" />
      <button>{say.open}</button>
      <p id="open-problem" class="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

// One figure, or several with their names.
function figureText({ topic, value }: TopicValue): string {
  const figures = isNamed(value) ? Object.entries(value).map(([name, figure]) => `${name} ${figureOf(figure)}`).join(", ") : figureOf(value);
  return `${topic.slice(1)}: ${figures}`;
}

const isNamed = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

const figureOf = (figure: unknown): string => (typeof figure === "string" ? figure : JSON.stringify(figure));
