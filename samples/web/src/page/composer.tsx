import { useLayoutEffect, useRef } from "preact/hooks";
import { SendIcon } from "./icons";
import { isTouch } from "./touch";
import { t } from "./texts";

interface Props {
  readonly to: string;
  /** Unsent text, by conversation. */
  readonly unsent: Map<string, string>;
  readonly send: (content: string) => void;
}

/** The field for a new message. Enter sends it, Shift+Enter breaks the line. */
export function Composer({ to, unsent, send }: Props) {
  const say = t();
  const field = useRef<HTMLTextAreaElement>(null);
  const fit = () => {
    const content = field.current!;
    content.style.height = "auto";
    content.style.height = `${content.scrollHeight + content.offsetHeight - content.clientHeight}px`;
  };
  // A layout effect, so that the text is there before the user can type.
  useLayoutEffect(() => {
    const content = field.current!;
    content.value = unsent.get(to) ?? "";
    fit();
    if (!isTouch()) content.focus();
    return () => void unsent.set(to, content.value);
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
    // In an input method, Enter chooses a character. Safari reports that only by key code 229.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !isComposing && !isTouch()) submit(event);
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
