import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "./chat";
import { CloseIcon } from "./icons";
import { endOf, t } from "./texts";

/** Notices about the connection, above the conversation. */
export function Banners({ chat }: { readonly chat: Chat }) {
  return (
    <div class="banners">
      <ConnectionBanner chat={chat} />
      {chat.wantsToken && <TokenBanner chat={chat} />}
      <p id="notice" class="banner" hidden={chat.notice === null}>
        <span id="notice-text" role="status">
          {chat.notice}
        </span>
        <button class="quiet icon" aria-label={t().close} onClick={() => chat.showNotice(null)}>
          <CloseIcon />
        </button>
      </p>
    </div>
  );
}

function ConnectionBanner({ chat }: { readonly chat: Chat }) {
  const say = t();
  const { state } = chat;
  const until = state.kind === "waiting" ? state.until : null;
  const isCrowded = state.kind === "waiting" && state.crowded;
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === null) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);

  if (state.kind === "ended" && state.reason !== "stopped" && state.reason !== "unauthenticated")
    return <Alert text={endOf(state)} act={say.connect} on={() => chat.connect()} />;
  const seconds = until === null ? 0 : Math.ceil((until - now) / 1000);
  if (until !== null && seconds > 0) return <Alert text={isCrowded ? say.crowded(seconds) : say.lostIn(seconds)} act={say.tryNow} on={() => chat.connect()} />;
  if (until !== null || (state.kind === "connecting" && state.again)) return <Alert text={say.lostNow} />;
  return null;
}

// Not a live region: a screen reader would read the countdown each second. The state beside the user's name is the live region.
const Alert = ({ text, act, on }: { readonly text: string; readonly act?: string; readonly on?: () => void }) => (
  <p id="banner" class="banner warn">
    <span>{text}</span>
    {act !== undefined && (
      <button onClick={on} class="quiet">
        {act}
      </button>
    )}
  </p>
);

function TokenBanner({ chat }: { readonly chat: Chat }) {
  const say = t();
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setProblem((await chat.useToken(field.current!.value.trim())) ? "" : say.tokenBad);
  };
  return (
    <form class="banner warn token" noValidate onSubmit={submit}>
      <label for="new-token">{chat.state.kind === "ended" ? say.tokenExpired : say.tokenExpires}</label>
      <input id="new-token" ref={field} type="password" autoComplete="off" aria-describedby="new-token-problem" />
      <button>{say.useToken}</button>
      <p id="new-token-problem" class="problem" role="alert">
        {problem}
      </p>
    </form>
  );
}
