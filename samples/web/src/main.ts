import { element } from "./elements";
import { problemWithName, tidyName } from "./protocol";
import { View } from "./view";

// Of this tab alone: two tabs can be two people.
const REMEMBERED = "chat.user";

const frame = element("sign-in", HTMLElement);
const form = element("sign-in-form", HTMLFormElement);
const field = element("sign-in-name", HTMLInputElement);
const problem = element("sign-in-problem", HTMLElement);

function ask(reason = ""): void {
  sessionStorage.removeItem(REMEMBERED);
  problem.textContent = reason;
  frame.hidden = false;
  field.focus();
}

function signIn(user: string): void {
  sessionStorage.setItem(REMEMBERED, user);
  frame.hidden = true;
  new View(user, ask);
}

form.onsubmit = (submit) => {
  submit.preventDefault();
  const user = tidyName(field.value);
  problem.textContent = problemWithName(user);
  if (problem.textContent === "") signIn(user);
};

const remembered = sessionStorage.getItem(REMEMBERED);
if (remembered) signIn(remembered);
else ask();
