import { useLayoutEffect, useRef } from "preact/hooks";
import { SendIcon } from "./icons";
import { isTouch } from "./touch";
import { words } from "./words";

interface Props {
  readonly to: string;
  /** What was written to each and not sent. */
  readonly begun: Map<string, string>;
  readonly send: (content: string) => void;
}

/** Where a message is written: Enter sends it, Shift+Enter breaks the line. */
export function Composer({ to, begun, send }: Props) {
  const say = words();
  const field = useRef<HTMLTextAreaElement>(null);
  const fit = () => {
    const content = field.current!;
    content.style.height = "auto";
    content.style.height = `${content.scrollHeight + content.offsetHeight - content.clientHeight}px`;
  };
  // Before anybody can type.
  useLayoutEffect(() => {
    const content = field.current!;
    content.value = begun.get(to) ?? "";
    fit();
    if (!isTouch()) content.focus();
    return () => void begun.set(to, content.value);
  }, [to]);

  const submit = (event: Event) => {
    event.preventDefault();
    const content = field.current!;
    if (content.value.trim() === "") return;
    send(content.value);
    content.value = "";
    fit();
    content.focus();
  };
  const typed = (event: KeyboardEvent) => {
    // Enter also ends the choice of a character. Safari tells it by this number alone.
    const isChoosing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !isChoosing && !isTouch()) submit(event);
  };
  return (
    <form class="compose" onSubmit={submit}>
      <label for="content" class="unseen">
        {say.message}
      </label>
      <textarea id="content" ref={field} rows={1} dir="auto" placeholder={say.message} enterkeyhint="send" onInput={fit} onKeyDown={typed} />
      <button class="primary icon" aria-label={say.send}>
        <SendIcon />
      </button>
    </form>
  );
}
