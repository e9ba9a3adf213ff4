// The open conversation is an entry of the browser's history, so that Back closes it. A reload reads it from the tab's storage:
// history.back() takes effect later, and a reload in between would find the previous entry.

import { tab } from "../storage";

const OPEN = "chat.open";
const NOTHING = "";

// The page has called history.back(), and the event has not come yet.
let isGoingBack = false;

const at = (): string | null => {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "open" in state && typeof state.open === "string" ? state.open : null;
};

/** Returns the conversation that was open before a reload. */
export function openBefore(): string | null {
  const kept = tab.getItem(OPEN);
  return kept === null ? at() : kept === NOTHING ? null : kept;
}

/** Stores the open conversation, and moves the browser's history to it. */
export function follow(open: string | null): void {
  tab.setItem(OPEN, open ?? NOTHING);
  if (isGoingBack || open === at()) return;
  if (open === null) {
    isGoingBack = true;
    history.back();
  } else if (at() === null) history.pushState({ open }, "");
  else history.replaceState({ open }, "");
}

/** Forgets the open conversation: the next user may be another one. */
export function forget(): void {
  isGoingBack = false;
  tab.removeItem(OPEN);
  history.replaceState(null, "");
}

/** Registers a listener for Back and Forward; returns its removal. */
export function onStep(listener: (open: string | null) => unknown): () => void {
  const stepped = () => {
    if (!isGoingBack) listener(at());
    else {
      isGoingBack = false;
      follow(openBefore()); // the user may have opened another conversation meanwhile
    }
  };
  addEventListener("popstate", stepped);
  return () => removeEventListener("popstate", stepped);
}
