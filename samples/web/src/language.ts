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

/** For `Intl`: the browser's own variety of the language where it is one. */
export const locale = (): string =>
  navigator.language.toLowerCase().startsWith(current) ? navigator.language : current === "zh" ? "zh-CN" : "en-GB";

/** The user's own choice, for all pages. */
export function chooseLanguage(chosen: Language): void {
  current = chosen;
  local.setItem(CHOSEN, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  for (const listener of listeners) listener();
}

/** Hears when another language was chosen. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The texts of a page: a function that returns those of the present language. Both languages have the same. */
export const texts =
  <T extends object>(en: T, zh: T): (() => T) =>
  () =>
    current === "zh" ? zh : en;

document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
