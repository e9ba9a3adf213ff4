import { findStrayJoiner } from "./joiners";
import { isRoom } from "./peers";
import { t } from "./texts";

const FORBIDDEN = /[:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const JOINER = /[\u200c\u200d]/;
const MOST = 64;

/** Returns the name in Unicode form NFC, without white space around it. */
export const tidyName = (text: string): string => text.normalize("NFC").trim();

/** Returns the problem with a name, or null. The server checks the name again. */
export function problemWithName(name: string): string | null {
  if (name === "") return t().nameMissing;
  if ([...name].length > MOST) return t().nameTooLong;
  if (/^[#$]/.test(name)) return t().nameBegins(name[0]!);
  return problemWithLetters(name);
}

/** Returns the problem with the name of a user or room to write to, or null. */
export function problemWithRecipient(name: string): string | null {
  if (!isRoom(name)) return problemWithName(name);
  if (name === "#") return t().roomMissing;
  if ([...name].length > MOST) return t().roomTooLong;
  return /^#\s/.test(name) ? t().nameNotTidy : problemWithLetters(name);
}

function problemWithLetters(name: string): string | null {
  const letters = [...name].map((letter) => letter.codePointAt(0)!);
  const bad = letters.find((letter) => !isJoiner(letter) && FORBIDDEN.test(String.fromCodePoint(letter)));
  if (bad !== undefined) return t().nameHolds(codeOf(bad));
  if (name !== tidyName(name)) return t().nameNotTidy;
  const stray = JOINER.test(name) ? findStrayJoiner(letters) : -1;
  return stray < 0 ? null : t().nameJoiner(codeOf(letters[stray]!));
}

const isJoiner = (letter: number): boolean => letter === 0x200c || letter === 0x200d;

/** Returns the code of a character, for characters that a user cannot see. */
const codeOf = (letter: number): string => (letter === 0x3a ? ": " : "") + `U+${letter.toString(16).toUpperCase().padStart(4, "0")}`;

/** Returns at most two letters for a name. */
export function initialsOf(name: string): string {
  if (isRoom(name)) return "#";
  const parts = name.split(/[\s._-]+/u).filter((part) => /[\p{L}\p{N}]/u.test(part));
  const letters = [parts[0] ?? name, ...(parts.length > 1 ? [parts.at(-1)!] : [])].map((part) => /[\p{L}\p{N}]/u.exec(part)?.[0] ?? [...part][0] ?? "");
  // Two Han characters are as wide as four Latin letters.
  return (/\p{Script=Han}/u.test(letters[0]!) ? letters.slice(0, 1) : letters).join("").toLocaleUpperCase();
}

const TINTS = 8;

/** Returns the number of a name's colour. It is the same on every page. */
export function tintOf(name: string): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 37 + letter.codePointAt(0)!) % 65_521;
  return hash % TINTS;
}
