// The open conversation is a step of the browser's history: Back leaves it, and a reload finds it again.

const at = (): string | null => {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "open" in state && typeof state.open === "string" ? state.open : null;
};

/** What was open when the page was left or reloaded. */
export const openBefore = at;

/** Takes the step to what is open now. */
export function follow(open: string | null): void {
  if (open === at()) return;
  if (open === null) history.back();
  else if (at() === null) history.pushState({ open }, "");
  else history.replaceState({ open }, "");
}

/** Another user may be the next. */
export const forget = (): void => history.replaceState(null, "");

/** Hears where the user has gone; returns what ends it. */
export function onStep(went: (open: string | null) => unknown): () => void {
  const stepped = () => went(at());
  addEventListener("popstate", stepped);
  return () => removeEventListener("popstate", stepped);
}
