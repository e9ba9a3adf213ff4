import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "./texts";

interface Props {
  /** The reason why the page asks again. */
  readonly problem: string;
  readonly busy: boolean;
  readonly open: (key: string) => void;
}

/** Asks for the operator's key. After an error the key stays in the field, so that the operator can correct it. */
export function KeyForm({ problem, busy, open }: Props) {
  const [key, setKey] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    open(key.trim());
  };
  return (
    <form class="card key-form" onSubmit={submit}>
      <h1>{t().title}</h1>
      <label for="key">{t().key}</label>
      <input
        id="key"
        type="password"
        autocomplete="off"
        spellcheck={false}
        ref={field}
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
        aria-describedby="key-hint"
        aria-invalid={problem !== ""}
      />
      <p class="hint" id="key-hint">{t().keyHint}</p>
      <p class="problem" role="alert">{problem}</p>
      <button class="primary" disabled={busy}>{busy ? t().opening : t().open}</button>
    </form>
  );
}
