import { findStrayJoiner } from "./joiners";
import { isRoom } from "./places";
import { words } from "./words";

const FORBIDDEN = /[:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const JOINER = /[\u200c\u200d]/;
const MOST = 64;

/** A name as it was meant: without white space around it, and with each accent in its letter. */
export const tidyName = (text: string): string => text.normalize("NFC").trim();

/** What is wrong with a name, as far as the page can tell; the server has the last word. Null when nothing is. */
export function problemWithName(name: string): string | null {
  if (name === "") return words().nameMissing;
  if ([...name].length > MOST) return words().nameTooLong;
  if (/^[#$]/.test(name)) return words().nameBegins(name[0]!);
  return problemWithLetters(name);
}

/** What is wrong with the name of somebody or of a room to write to. */
export function problemWithRecipient(name: string): string | null {
  if (!isRoom(name)) return problemWithName(name);
  if (name === "#") return words().roomMissing;
  if ([...name].length > MOST) return words().roomTooLong;
  return /^#\s/.test(name) ? words().nameNotTidy : problemWithLetters(name);
}

function problemWithLetters(name: string): string | null {
  const letters = [...name].map((letter) => letter.codePointAt(0)!);
  const bad = letters.find((letter) => !isJoiner(letter) && FORBIDDEN.test(String.fromCodePoint(letter)));
  if (bad !== undefined) return words().nameHolds(codeOf(bad));
  if (name !== tidyName(name)) return words().nameNotTidy;
  const stray = JOINER.test(name) ? findStrayJoiner(letters) : -1;
  return stray < 0 ? null : words().nameJoiner(codeOf(letters[stray]!));
}

const isJoiner = (letter: number): boolean => letter === 0x200c || letter === 0x200d;

/** How people look a character up that they cannot see. */
const codeOf = (letter: number): string => (letter === 0x3a ? ": " : "") + `U+${letter.toString(16).toUpperCase().padStart(4, "0")}`;

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
