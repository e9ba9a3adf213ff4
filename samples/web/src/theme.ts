import { local } from "./storage";

/** The colour theme of the pages. The default is the system's; theme.css applies it. */
export type Theme = "light" | "dark" | "system";

const CHOSEN = "chat.theme";

export function theme(): Theme {
  const chosen = local.getItem(CHOSEN);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function chooseTheme(chosen: Theme): void {
  local.setItem(CHOSEN, chosen);
  apply();
}

function apply(): void {
  document.documentElement.dataset["theme"] = theme();
}

apply();
// Follows a choice in another tab.
addEventListener("storage", apply);
