import { useEffect, useRef, useState } from "preact/hooks";
import { problemWithName, tidyName } from "./names";
import { type Identity, identityOf } from "./identity";
import { LanguageChoice } from "./settings";
import { t } from "./texts";

type Way = "name" | "token";

interface Props {
  /** The reason why the user must sign in again. */
  readonly problem: string;
  readonly signIn: (identity: Identity) => void;
}

/** The sign-in form: by name, where the server accepts names, or by a token. */
export function SignIn({ problem, signIn }: Props) {
  const say = t();
  const [way, setWay] = useState<Way>(problem === say.tokenWanted || problem === say.tokenRefused ? "token" : "name");
  const [shownProblem, setShownProblem] = useState(problem);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [way]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = field.current!.value;
    if (way === "name") {
      const user = tidyName(text);
      const wrong = problemWithName(user);
      if (wrong === null) signIn({ user });
      else setShownProblem(wrong);
    } else {
      const identity = identityOf(text.trim());
      const wrong = identity && problemWithName(identity.user);
      if (wrong) setShownProblem(wrong);
      else if (identity) signIn(identity);
      else setShownProblem(text.trim() === "" ? say.tokenMissing : say.tokenBad);
    }
  };
  const choose = (chosen: Way) => {
    setWay(chosen);
    setShownProblem("");
  };

  return (
    <main class="sign-in">
      <form class="card" noValidate onSubmit={submit}>
        <img class="mark" src="favicon.svg" alt="" width="56" height="56" />
        <h1>Chat</h1>
        <p class="lead">{say.signInLead}</p>
        <div class="ways" role="group" aria-label={say.signIn}>
          <button type="button" aria-pressed={way === "name"} onClick={() => choose("name")}>
            {say.byName}
          </button>
          <button type="button" aria-pressed={way === "token"} onClick={() => choose("token")}>
            {say.byToken}
          </button>
        </div>
        {way === "name" ? (
          <>
            <label for="sign-in-name">{say.yourName}</label>
            <input id="sign-in-name" key="name" ref={field} autoComplete="username" autoCapitalize="none" spellcheck={false} aria-describedby="sign-in-problem" />
          </>
        ) : (
          <>
            <label for="sign-in-token">{say.yourToken}</label>
            <input id="sign-in-token" key="token" ref={field} type="password" autoComplete="off" aria-describedby="sign-in-hint sign-in-problem" />
            <p id="sign-in-hint" class="hint">
              {say.tokenHint}
            </p>
          </>
        )}
        <p id="sign-in-problem" class="problem" role="alert">
          {shownProblem}
        </p>
        <button class="primary">{say.signIn}</button>
      </form>
      <LanguageChoice />
    </main>
  );
}
