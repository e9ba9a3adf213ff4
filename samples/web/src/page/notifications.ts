import type { Message } from "chat-client";
import { local } from "../storage";
import type { Conversation } from "./conversation";

const CHOSEN = "chat.notifications";
const MAX_TEXT = 120;

export const canNotify = "Notification" in globalThis;

export const notifies = (): boolean => canNotify && Notification.permission === "granted" && local.getItem(CHOSEN) === "on";

/** Asks the browser only when the user wants it; returns how it is now. */
export async function setNotifies(on: boolean): Promise<boolean> {
  local.setItem(CHOSEN, on ? "on" : "off");
  if (on && Notification.permission === "default") await Notification.requestPermission();
  return notifies();
}

/** Shows a message that came while nobody looked. */
export function notify(conversation: Conversation, message: Message, open: () => void): void {
  if (!notifies()) return;
  const title = conversation.isRoom ? `${message.from} · ${conversation.name}` : message.from;
  try {
    // Several tabs show one.
    const shown = new Notification(title, { body: message.content.slice(0, MAX_TEXT), tag: message.id, icon: "favicon.svg" });
    shown.onclick = () => {
      focus();
      open();
      shown.close();
    };
  } catch {
    // Android allows them to service workers alone.
  }
}
