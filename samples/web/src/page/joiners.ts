import { EMOJI, RUNS } from "./joinerTables";

// The same rules as in src/Chat.Protocol/Joiners.cs: contexts A1, A2 and B of Unicode Standard Annex 31, and emoji sequences.

const JOINER = 0x200d;
const VARIATION_SELECTOR = 0xfe0f;

// The bits of RUNS.
const LEFT_JOINING = 1;
const RIGHT_JOINING = 2;
const TRANSPARENT = 4;
const LETTER = 8;
const MARK = 16;
const REORDERED_MARK = 32;
const VIRAMA = 64;
const DEPENDENT_VOWEL = 128;

interface Run {
  readonly first: number;
  readonly end: number;
  readonly bits: number;
  readonly script: number;
}

const NO_RUN: Run = { first: 0, end: 0, bits: 0, script: 0 };

// Parsed when a name first contains a joiner.
let runs: readonly Run[] | undefined;

function readRuns(): readonly Run[] {
  let end = 0;
  return RUNS.split(" ").map((word) => {
    const [gap, length, bits, script] = word.split(".").map((digits) => parseInt(digits, 36)) as [number, number, number, number];
    const first = end + gap;
    end = first + length;
    return { first, end, bits, script };
  });
}

function runOf(letter: number): Run {
  runs ??= readRuns();
  let [low, high] = [0, runs.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle]!;
    if (letter < run.first) high = middle - 1;
    else if (letter >= run.end) low = middle + 1;
    else return run;
  }
  return NO_RUN;
}

const has = (letter: number, bit: number): boolean => (runOf(letter).bits & bit) !== 0;

/** The common script of the characters of a context. The first character with a script decides it. */
class Script {
  #number = 0;

  includes(letter: number): boolean {
    const own = runOf(letter).script;
    if (own !== 0 && this.#number !== 0) return own === this.#number;
    this.#number = Math.max(own, this.#number);
    return true;
  }
}

/** Returns whether a character with the bit follows, after any number of transparent characters of the script. */
function joins(letters: readonly number[], bit: number, script: Script): boolean {
  for (const letter of letters) {
    if (!script.includes(letter)) return false;
    if (has(letter, bit)) return true;
    if (!has(letter, TRANSPARENT)) return false;
  }
  return false;
}

/** Returns whether the characters, read backwards, are marks, a virama, marks and a letter. */
function endsInConjunct(backwards: readonly number[], script: Script): boolean {
  // A virama is itself a mark. So each mark may be before or behind the virama that counts.
  let [behind, before] = [true, false];
  for (const letter of backwards) {
    if (!script.includes(letter)) return false;
    if (before && has(letter, LETTER)) return true;
    before = (behind && has(letter, VIRAMA)) || (before && has(letter, MARK));
    behind &&= has(letter, REORDERED_MARK);
    if (!before && !behind) return false;
  }
  return false;
}

function beginsWithLetter(letters: readonly number[], script: Script): boolean {
  for (const letter of letters) {
    if (!script.includes(letter)) return false;
    if (has(letter, LETTER)) return true;
    if (!has(letter, REORDERED_MARK)) return false;
  }
  return false;
}

function belongs(name: readonly number[], at: number): boolean {
  const before = name.slice(0, at).reverse();
  const after = name.slice(at + 1);
  const script = new Script();
  if (name[at] === JOINER) return endsInConjunct(before, script) && !(after.length > 0 && has(after[0]!, DEPENDENT_VOWEL));
  if (joins(before, LEFT_JOINING, script) && joins(after, RIGHT_JOINING, script)) return true;
  const other = new Script();
  return endsInConjunct(before, other) && beginsWithLetter(after, other);
}

interface Emoji {
  /** Sequences without variation selectors. Value: whether a second skin tone must differ from the first. */
  readonly words: ReadonlyMap<string, boolean>;
  readonly known: ReadonlySet<number>;
  readonly selectable: ReadonlySet<number>;
  readonly longest: number;
}

// In EMOJI: a joiner, a skin tone, a variation selector, and a skin tone that differs from the first.
const SIGNS = new Set(["-", "*", "~", "!"]);

let emoji: Emoji | undefined;

function readEmoji(): Emoji {
  const words = new Map<string, boolean>();
  const known = new Set<number>();
  const selectable = new Set<number>();
  for (const word of EMOJI.split(" ")) {
    let last = 0;
    for (const letter of word) {
      if (letter === "~") selectable.add(last);
      last = letter.codePointAt(0)!;
      // A hyphen or asterisk in a name is not a joiner or a skin tone.
      if (!SIGNS.has(letter)) known.add(last);
    }
    words.set(word.replaceAll("~", "").replace("!", "*"), word.includes("!"));
  }
  return { words, known, selectable, longest: Math.max(...[...words.keys()].map((word) => word.length)) };
}

const isTone = (letter: number | undefined): boolean => letter !== undefined && letter >= 0x1f3fb && letter <= 0x1f3ff;

/** Returns the length of the longest emoji sequence at an index; 0 when there is none. */
function emojiLengthAt(name: readonly number[], start: number): number {
  const { words, known, selectable, longest } = (emoji ??= readEmoji());
  let [word, found] = ["", 0];
  const tones: number[] = [];
  for (let i = start; i < name.length && word.length < longest; i++) {
    const letter = name[i]!;
    if (isTone(letter)) {
      tones.push(letter);
      word += "*";
    } else if (letter === JOINER) word += "-";
    else if (known.has(letter)) word += String.fromCodePoint(letter);
    else break;
    if (name[i + 1] === VARIATION_SELECTOR && selectable.has(letter)) i++;
    const tonesDiffer = words.get(word);
    if (tonesDiffer !== undefined && !isTone(name[i + 1]) && !(tonesDiffer && tones[0] === tones[1])) found = i + 1 - start;
  }
  return found;
}

/** Returns the index of the first joiner, U+200C or U+200D, outside the allowed contexts; -1 when there is none. */
export function findStrayJoiner(name: readonly number[]): number {
  for (let i = 0; i < name.length; ) {
    const length = emojiLengthAt(name, i);
    if (length > 0) i += length;
    else if ((name[i] === 0x200c || name[i] === JOINER) && !belongs(name, i)) return i;
    else i++;
  }
  return -1;
}
