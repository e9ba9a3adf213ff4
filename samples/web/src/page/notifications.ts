import type { Message } from "chat-client";
import { local } from "../storage";
import type { Conversation } from "./conversation";

const CHOSEN = "chat.notifications";
const MAX_TEXT = 120;

export const canNotify = "Notification" in globalThis;

export const notifies = (): boolean => canNotify && Notification.permission === "granted" && local.getItem(CHOSEN) === "on";

/** Switches notifications on or off. Asks the browser for permission if needed; returns whether they are on. */
export async function setNotifies(on: boolean): Promise<boolean> {
  local.setItem(CHOSEN, on ? "on" : "off");
  if (on && Notification.permission === "default") await Notification.requestPermission();
  return notifies();
}

/** Shows a notification for a message that came while the page was not in sight. */
export function notify(conversation: Conversation, message: Message, open: () => void): void {
  if (!notifies()) return;
  const title = conversation.isRoom ? `${message.from} · ${conversation.name}` : message.from;
  try {
    // With a tag, several tabs show one notification.
    const shown = new Notification(title, { body: message.content.slice(0, MAX_TEXT), tag: message.id, icon: "favicon.svg" });
    shown.onclick = () => {
      focus();
      open();
      shown.close();
    };
  } catch {
    // Android allows notifications from service workers only.
  }
}
