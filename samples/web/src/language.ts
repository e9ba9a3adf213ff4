import { local } from "./storage";

/** The languages of the pages. */
export type Language = "en" | "zh";

const CHOSEN = "chat.language";
const listeners = new Set<() => void>();
let current: Language = initial();

function initial(): Language {
  const chosen = local.getItem(CHOSEN);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const language = (): Language => current;

/** Returns the locale for `Intl`: the browser's own locale if it is of the chosen language. */
export const locale = (): string =>
  navigator.language.toLowerCase().startsWith(current) ? navigator.language : current === "zh" ? "zh-CN" : "en-GB";

/** Sets the language for all pages. */
export function chooseLanguage(chosen: Language): void {
  current = chosen;
  local.setItem(CHOSEN, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  for (const listener of listeners) listener();
}

/** Registers a listener for changes of the language; returns its removal. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns a function that returns the texts of a page in the current language. Both languages have the same texts. */
export const translated =
  <T extends object>(en: T, zh: T): (() => T) =>
  () =>
    current === "zh" ? zh : en;

document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
