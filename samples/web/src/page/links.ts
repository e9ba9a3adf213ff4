/** A piece of a message: text, or the address of a link. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

// An address ends before characters that could disguise it: controls, direction marks, white space, quotes.
const ADDRESS = /https?:\/\/[^\s\p{C}<>"'`“”‘’「」『』《》（），。、；！？]{1,2048}/giu;
const TRAILING = ".,:;!?*_~";

/** Splits a message into text and links. Only http and https addresses become links. The joined texts are the message. */
export function piecesOf(content: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of content.matchAll(ADDRESS)) {
    const text = withoutTrailing(match[0]);
    const href = addressOf(text);
    if (href === null) continue;
    if (match.index > from) pieces.push({ text: content.slice(from, match.index) });
    pieces.push({ text, href });
    from = match.index + text.length;
  }
  if (from < content.length || pieces.length === 0) pieces.push({ text: content.slice(from) });
  return pieces;
}

// A trailing full stop ends the sentence, not the address. A closing bracket belongs to the address that opened it.
function withoutTrailing(text: string): string {
  let unopened = text.split(")").length - text.split("(").length;
  let end = text.length;
  while (TRAILING.includes(text[end - 1]!) || (text[end - 1] === ")" && unopened-- > 0)) end--;
  return text.slice(0, end);
}

function addressOf(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
