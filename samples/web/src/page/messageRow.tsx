import { useState } from "preact/hooks";
import type { Draft, Message } from "chat-client";
import { Avatar } from "./avatar";
import { piecesOf } from "./links";
import { timeOf } from "./times";
import { t, textOf } from "./texts";

// The rest of a longer message is shown on request: some texts take seconds to lay out.
const MAX_SHOWN = 4000;

interface MessageProps {
  readonly message: Message;
  readonly isMine: boolean;
  /** The message above has the same sender, and is only a little older. */
  readonly follows: boolean;
  readonly inRoom: boolean;
}

export function MessageRow({ message, isMine, follows, inRoom }: MessageProps) {
  const showsSender = inRoom && !isMine;
  return (
    <article class={`message${isMine ? " mine" : ""}${follows ? " follows" : ""}${showsSender ? " in-room" : ""}`}>
      {showsSender && !follows && <Avatar name={message.from} small />}
      <div class="bubble">
        <bdi class={showsSender && !follows ? "from" : "from unseen"}>{isMine ? t().you : message.from}</bdi>
        <div class="said">
          <Content content={message.content} />
          <footer>
            <time dateTime={message.sentAt}>{timeOf(message.sentAt)}</time>
            {isMine && <Tick label={t().stored} />}
          </footer>
        </div>
      </div>
    </article>
  );
}

interface DraftProps {
  readonly draft: Draft;
  readonly isConnected: boolean;
  readonly retry: () => void;
  readonly remove: () => void;
}

/** A message that has no entry in the stream yet. */
export function DraftRow({ draft: { content, state, problem }, isConnected, retry, remove }: DraftProps) {
  const say = t();
  const waits = problem ? textOf(problem) : isConnected ? say.sending : say.waiting;
  return (
    <article class={`message mine draft ${state}`}>
      <div class="bubble">
        <div class="said">
          <Content content={content} />
          <footer>
            <span class="draft-state" role="status">
              {state === "failed" ? say.notSent(problem ? textOf(problem) : "") : state === "stored" ? say.stored : waits}
            </span>
          </footer>
        </div>
      </div>
      {state === "failed" && (
        <div class="draft-acts">
          <button onClick={retry}>{say.retry}</button>
          <button class="quiet" onClick={remove}>
            {say.remove}
          </button>
        </div>
      )}
    </article>
  );
}

/** A message's content: plain text, with links to web pages only. */
function Content({ content }: { readonly content: string }) {
  const [isWhole, setWhole] = useState(content.length <= MAX_SHOWN);
  const pieces = piecesOf(isWhole ? content : beginOf(content));
  return (
    <>
      <p class="content" dir="auto">
        {pieces.map(({ text, href }) =>
          href === undefined ? (
            text
          ) : (
            <a href={href} target="_blank" rel="noopener noreferrer">
              {text}
            </a>
          ),
        )}
      </p>
      {!isWhole && (
        <button class="quiet more" onClick={() => setWhole(true)}>
          {t().showAll(`${Math.ceil(new Blob([content]).size / 1024)} KB`)}
        </button>
      )}
    </>
  );
}

// Does not split a surrogate pair.
const beginOf = (content: string): string => content.slice(0, MAX_SHOWN).replace(/[\uD800-\uDBFF]$/, "") + "…";

const Tick = ({ label }: { readonly label: string }) => (
  <svg class="tick" viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" role="img" aria-label={label}>
    <path d="M3 8.5l3.2 3.2L13 5" />
  </svg>
);
