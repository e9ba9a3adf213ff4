import { useEffect, useRef } from "preact/hooks";
import { t } from "./texts";

export interface Question {
  readonly question: string;
  readonly consequence: string;
  readonly action: string;
  readonly answered: () => void;
}

/** Asks for confirmation of an action on a user. The Cancel button has the focus. */
export function Confirm({ question, consequence, action, answered, close }: Question & { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // The close returns the focus to the previous element.
  const cancel = () => dialog.current?.close();
  const confirm = () => {
    cancel();
    answered();
  };
  return (
    <dialog ref={dialog} class="card" aria-labelledby="question" aria-describedby="consequence" onClose={close}>
      <h2 id="question">{question}</h2>
      <p id="consequence">{consequence}</p>
      <p class="answers">
        <button type="button" autofocus onClick={cancel}>{t().cancel}</button>
        <button type="button" class="danger" onClick={confirm}>{action}</button>
      </p>
    </dialog>
  );
}
