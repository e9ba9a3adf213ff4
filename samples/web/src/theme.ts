import { local } from "./storage";

/** How the pages look: as the system does, unless the user has chosen. theme.css does the rest. */
export type Theme = "light" | "dark" | "system";

const CHOSEN = "chat.theme";

export function theme(): Theme {
  const chosen = local.getItem(CHOSEN);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function chooseTheme(chosen: Theme): void {
  local.setItem(CHOSEN, chosen);
  show();
}

function show(): void {
  document.documentElement.dataset["theme"] = theme();
}

show();
// Another tab has chosen.
addEventListener("storage", show);
