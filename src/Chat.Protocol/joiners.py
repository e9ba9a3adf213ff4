#!/usr/bin/env python3
"""Writes the tables that decide where a name may hold U+200C and U+200D.

Usage, with Debian's packages python3 and unicode-data installed:

    python3 src/Chat.Protocol/joiners.py            writes both files
    python3 src/Chat.Protocol/joiners.py --check    exits with 1 when a file differs from Unicode's data

Sources: the Unicode Character Database and its emoji sequences, in /usr/share/unicode.
"""
import re
import sys
from collections import defaultdict
from pathlib import Path

DATA = Path("/usr/share/unicode")
REPOSITORY = Path(__file__).resolve().parents[2]
CSHARP = REPOSITORY / "src/Chat.Protocol/JoinerTables.cs"
TYPESCRIPT = REPOSITORY / "samples/web/src/page/joinerTables.ts"

LAST = 0x10FFFF
VIRAMA = 9
JOINER, VARIATION_SELECTOR, TONES = 0x200D, 0xFE0F, range(0x1F3FB, 0x1F400)

# The same bits are in Joiners.cs and joiners.ts.
LEFT_JOINING, RIGHT_JOINING, TRANSPARENT, LETTER, MARK, REORDERED_MARK, VIRAMA_BIT, DEPENDENT_VOWEL = (1 << bit for bit in range(8))
ANY_SCRIPT = ("Common", "Inherited")


def lines(name):
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield [field.strip() for field in line.split(";")]


def code_points(field):
    first, _, last = field.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def property_of(name):
    return {point: value for field, value, *_ in lines(name) for point in code_points(field)}


def categories_and_classes():
    categories, classes, first = {}, {}, None
    for field, name, category, combining, *_ in lines("UnicodeData.txt"):
        point = int(field, 16)
        for one in range(first if name.endswith(", Last>") else point, point + 1):
            categories[one], classes[one] = category, int(combining)
        first = point
    return categories, classes


def runs():
    """Code points with the same bits and script, as [first, length, bits, script]; script 0 fits every script."""
    categories, classes = categories_and_classes()
    scripts, joining, syllabic = property_of("Scripts.txt"), property_of("extracted/DerivedJoiningType.txt"), property_of("IndicSyllabicCategory.txt")
    cursive = {scripts[point] for point, kind in joining.items() if kind in "DLR"}
    conjunct = {scripts[point] for point, combining in classes.items() if combining == VIRAMA}
    numbers = {name: 0 for name in ANY_SCRIPT} | {name: number for number, name in enumerate(sorted((cursive | conjunct) - set(ANY_SCRIPT)), 1)}
    result = []
    for point in range(LAST + 1):
        script, bits = scripts.get(point, "Unknown"), 0
        kind, category, combining = joining.get(point, "U"), categories.get(point, "Cn"), classes.get(point, 0)
        if script in cursive or script in ANY_SCRIPT:
            bits |= (LEFT_JOINING if kind in "DL" else 0) | (RIGHT_JOINING if kind in "DR" else 0) | (TRANSPARENT if kind == "T" else 0)
        if script in conjunct or script in ANY_SCRIPT:
            bits |= (MARK | (REORDERED_MARK if combining else 0)) if category == "Mn" else 0
            bits |= VIRAMA_BIT if combining == VIRAMA else 0
            bits |= LETTER if category.startswith("L") else 0
        if syllabic.get(point) == "Vowel_Dependent":
            bits |= DEPENDENT_VOWEL
        if not bits:
            continue
        number = numbers.get(script, 0)
        if result and result[-1][2:] == [bits, number] and sum(result[-1][:2]) == point:
            result[-1][1] += 1
        else:
            result.append([point, 1, bits, number])
    return result


def base36(number):
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        if not number:
            return digits


def runs_text():
    """gap.length.bits.script of each run, in base 36; the gap is counted from the end of the previous run."""
    end, words = 0, []
    for first, length, bits, script in runs():
        words.append(".".join(base36(number) for number in (first - end, length, bits, script)))
        end = first + length
    return words


def emoji_words():
    """The sequences: - is U+200D, ~ is U+FE0F, * is any skin tone, and ! is a second tone that differs from the first."""
    tones = defaultdict(list)
    for field, *_ in lines("emoji/emoji-zwj-sequences.txt"):
        sequence = [int(point, 16) for point in field.split()]
        word = "".join({JOINER: "-", VARIATION_SELECTOR: "~"}.get(point, "*" if point in TONES else chr(point)) for point in sequence)
        tones[word].append(tuple(point for point in sequence if point in TONES))
    words = []
    for word, listed in tones.items():
        count, listed = word.count("*"), set(listed)
        every = {()} if count == 0 else {(one,) for one in TONES} if count == 1 else {(one, other) for one in TONES for other in TONES}
        if listed == every:
            words.append(word)
        elif count == 2 and listed == {(one, other) for one, other in every if one != other}:
            words.append("!".join(word.rsplit("*", 1)))
        else:
            sys.exit(f"{word} has a set of skin tones that the tables cannot express.")
    return words


def version():
    first = (DATA / "extracted/DerivedJoiningType.txt").read_text(encoding="utf-8").splitlines()[0]
    return re.fullmatch(r"# DerivedJoiningType-([\d.]+)\.txt", first)[1]


def rows(words, indent, quote_end):
    """Words as string literals of at most 120 characters, joined by +."""
    text, row = [], ""
    for word in words:
        if len(row) + len(word) > 100:
            text.append(row)
            row = ""
        row += word + " "
    text.append(row.rstrip())
    return f" +\n{indent}".join(f'"{row}"' for row in text) + quote_end


def csharp():
    return f"""// <auto-generated>Written by joiners.py from Unicode {version()}: do not edit.</auto-generated>
namespace Chat.Protocol;

/// <summary>Unicode's data for <see cref="Joiners"/>.</summary>
internal static class JoinerTables
{{
    /// <summary>The version of Unicode that the tables were made from.</summary>
    public const string UnicodeVersion = "{version()}";

    /// <summary>Runs of code points with the same properties: gap, length, bits and script in base 36.</summary>
    public const string Runs =
        {rows(runs_text(), "        ", ";")}

    /// <summary>Emoji sequences: - is U+200D, ~ is U+FE0F, * is a skin tone, and ! is a skin tone that differs from the first.</summary>
    public const string Emoji =
        {rows(emoji_words(), "        ", ";")}
}}
"""


def typescript():
    return f"""// Written by src/Chat.Protocol/joiners.py from Unicode {version()}: do not edit.

/** Runs of code points with the same properties: gap, length, bits and script in base 36. */
export const RUNS =
  {rows(runs_text(), "  ", ";")}

/** Emoji sequences: - is U+200D, ~ is U+FE0F, * is a skin tone, and ! is a skin tone that differs from the first. */
export const EMOJI =
  {rows(emoji_words(), "  ", ";")}
"""


def main():
    files = {CSHARP: csharp(), TYPESCRIPT: typescript()}
    if sys.argv[1:] == ["--check"]:
        stale = [str(file.relative_to(REPOSITORY)) for file, text in files.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
        sys.exit(f"Not what Unicode {version()} says: {', '.join(stale)}. Run joiners.py without --check." if stale else 0)
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")


main()
