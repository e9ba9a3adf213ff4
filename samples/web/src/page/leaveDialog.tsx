import { useEffect, useRef } from "preact/hooks";
import { t } from "./texts";

interface Props {
  readonly room: string;
  readonly leave: () => void;
  readonly close: () => void;
}

/** Asks for confirmation before the user leaves a room. */
export function LeaveDialog({ room, leave, close }: Props) {
  const say = t();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog ref={dialog} class="card" aria-labelledby="leave-question" onClose={close} onKeyDown={(event) => event.stopPropagation()}>
      <h2 id="leave-question">
        <bdi>{say.leaveQuestion(room)}</bdi>
      </h2>
      <p>{say.leaveHint}</p>
      <div class="acts">
        <button onClick={() => dialog.current!.close()}>{say.cancel}</button>
        <button
          class="primary danger"
          onClick={() => {
            dialog.current!.close();
            leave();
          }}
        >
          {say.leave}
        </button>
      </div>
    </dialog>
  );
}
