// The open conversation is a step of the browser's history, so that Back leaves it. A reload finds it in the storage of the tab: the browser takes a step some
// time after the page asks for it, and a reload meanwhile would find the step before.

import { tab } from "../storage";

const OPEN = "chat.open";
const NOTHING = "";

// The browser has been asked to go back.
let isGoingBack = false;

const at = (): string | null => {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "open" in state && typeof state.open === "string" ? state.open : null;
};

/** What was open when the page was left or reloaded. */
export function openBefore(): string | null {
  const kept = tab.getItem(OPEN);
  return kept === null ? at() : kept === NOTHING ? null : kept;
}

/** Remembers what is open now, and takes the step to it. */
export function follow(open: string | null): void {
  tab.setItem(OPEN, open ?? NOTHING);
  if (isGoingBack || open === at()) return;
  if (open === null) {
    isGoingBack = true;
    history.back();
  } else if (at() === null) history.pushState({ open }, "");
  else history.replaceState({ open }, "");
}

/** Another user may be the next. */
export function forget(): void {
  isGoingBack = false;
  tab.removeItem(OPEN);
  history.replaceState(null, "");
}

/** Hears where the user has gone; returns what ends it. */
export function onStep(went: (open: string | null) => unknown): () => void {
  const stepped = () => {
    if (!isGoingBack) went(at());
    else {
      isGoingBack = false;
      follow(openBefore()); // another conversation may have been opened meanwhile
    }
  };
  addEventListener("popstate", stepped);
  return () => removeEventListener("popstate", stepped);
}
