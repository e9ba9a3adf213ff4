import { isRoom } from "./places";
import { words } from "./words";

const FORBIDDEN = /[:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A name as it was meant: without white space around it, and with each accent in its letter. */
export const tidyName = (text: string): string => text.normalize("NFC").trim();

/** What is wrong with a name, as far as the page can tell; the server has the last word. Null when nothing is. */
export function problemWithName(name: string): string | null {
  if (name === "") return words().nameMissing;
  if ([...name].length > 64) return words().nameTooLong;
  return /^[#$]/.test(name) || FORBIDDEN.test(name) ? words().nameBad : null;
}

/** What is wrong with the name of somebody or of a room to write to. */
export function problemWithRecipient(name: string): string | null {
  if (!isRoom(name)) return problemWithName(name);
  if (name === "#") return words().roomMissing;
  return [...name].length > 64 || /^#\s/.test(name) || FORBIDDEN.test(name) ? words().roomBad : null;
}

/** At most two letters that stand for a name. */
export function initialsOf(name: string): string {
  if (isRoom(name)) return "#";
  const parts = name.split(/[\s._-]+/u).filter((part) => /[\p{L}\p{N}]/u.test(part));
  const letters = [parts[0] ?? name, ...(parts.length > 1 ? [parts.at(-1)!] : [])].map((part) => /[\p{L}\p{N}]/u.exec(part)?.[0] ?? [...part][0] ?? "");
  // Two Han characters are as wide as four letters.
  return (/\p{Script=Han}/u.test(letters[0]!) ? letters.slice(0, 1) : letters).join("").toLocaleUpperCase();
}

const TINTS = 8;

/** A colour that is always the same for a name. */
export function tintOf(name: string): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 37 + letter.codePointAt(0)!) % 65_521;
  return hash % TINTS;
}
