using System.Text;

namespace Chat.Protocol;

/// <summary>
/// Checks the contexts of U+200C and U+200D in a name: A1, A2 and B of Unicode Standard Annex 31 (section 2.3), and emoji sequences.
/// </summary>
/// <remarks><c>joiners.py</c> writes the tables. <c>samples/web/src/page/joiners.ts</c> follows the same rules.</remarks>
internal static class Joiners
{
    public const int NonJoiner = 0x200C;
    public const int Joiner = 0x200D;

    private const int VariationSelector = 0xFE0F;
    private const int FirstTone = 0x1F3FB;
    private const int LastTone = 0x1F3FF;

    // The bits of JoinerTables.Runs.
    private const int LeftJoining = 1;
    private const int RightJoining = 2;
    private const int Transparent = 4;
    private const int Letter = 8;
    private const int Mark = 16; // category Mn
    private const int ReorderedMark = 32; // Mn with a combining class
    private const int Virama = 64;
    private const int DependentVowel = 128;

    private static readonly Lazy<Run[]> Runs = new(ReadRuns);
    private static readonly Lazy<EmojiSequences> Emoji = new(() => new EmojiSequences());

    public static bool Is(int codePoint) => codePoint is NonJoiner or Joiner;

    /// <summary>Returns the index of the first joiner outside an allowed context; -1 when there is none.</summary>
    public static int FindStray(ReadOnlySpan<int> name)
    {
        for (var i = 0; i < name.Length;)
            if (Emoji.Value.LengthAt(name[i..]) is > 0 and var length)
                i += length;
            else if (Is(name[i]) && !Belongs(name, i))
                return i;
            else
                i++;
        return -1;
    }

    private static bool Belongs(ReadOnlySpan<int> name, int at)
    {
        var before = name[..at];
        var after = name[(at + 1)..];
        if (name[at] == Joiner)
            return EndsInConjunct(before, out _) && (after.IsEmpty || !Has(after[0], DependentVowel)); // B
        return BreaksConnection(before, after) // A1
            || (EndsInConjunct(before, out var script) && BeginsWithLetter(after, script)); // A2
    }

    /// <summary>A1: between a letter that joins the next one and a letter that joins the previous one, with optional transparent characters.</summary>
    private static bool BreaksConnection(ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        var script = 0;
        for (var i = before.Length - 1; ; i--)
            if (i < 0 || !TryShareScript(before[i], ref script))
                return false;
            else if (Has(before[i], LeftJoining))
                break;
            else if (!Has(before[i], Transparent))
                return false;
        foreach (var codePoint in after)
            if (!TryShareScript(codePoint, ref script))
                return false;
            else if (Has(codePoint, RightJoining))
                return true;
            else if (!Has(codePoint, Transparent))
                return false;
        return false;
    }

    /// <summary>A2 and B: a letter, marks, a virama, and marks that have a combining class.</summary>
    private static bool EndsInConjunct(ReadOnlySpan<int> before, out int script)
    {
        script = 0;
        // A virama is itself a reordered mark. So a mark may stand before or behind the virama that counts.
        var (behindVirama, beforeVirama) = (true, false);
        for (var i = before.Length - 1; i >= 0; i--)
        {
            if (!TryShareScript(before[i], ref script))
                return false;
            if (beforeVirama && Has(before[i], Letter))
                return true;
            beforeVirama = (behindVirama && Has(before[i], Virama)) || (beforeVirama && Has(before[i], Mark));
            behindVirama = behindVirama && Has(before[i], ReorderedMark);
            if (!beforeVirama && !behindVirama)
                return false;
        }
        return false;
    }

    private static bool BeginsWithLetter(ReadOnlySpan<int> after, int script)
    {
        foreach (var codePoint in after)
            if (!TryShareScript(codePoint, ref script))
                return false;
            else if (Has(codePoint, Letter))
                return true;
            else if (!Has(codePoint, ReorderedMark))
                return false;
        return false;
    }

    /// <summary>Whether the character has the context's script. The first character with a script sets it.</summary>
    private static bool TryShareScript(int codePoint, ref int script)
    {
        var own = RunOf(codePoint).Script;
        if (own == 0 || script == 0)
            script = Math.Max(own, script);
        return own == 0 || own == script;
    }

    private static bool Has(int codePoint, int bit) => (RunOf(codePoint).Bits & bit) != 0;

    private static Run RunOf(int codePoint)
    {
        var runs = Runs.Value;
        int low = 0, high = runs.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < runs[middle].First)
                high = middle - 1;
            else if (codePoint >= runs[middle].End)
                low = middle + 1;
            else
                return runs[middle];
        }
        return default;
    }

    private static Run[] ReadRuns()
    {
        var end = 0;
        return [.. JoinerTables.Runs.Split(' ').Select(word =>
        {
            var numbers = word.Split('.').Select(ReadBase36).ToArray();
            var first = end + numbers[0];
            end = first + numbers[1];
            return new Run(first, end, numbers[2], numbers[3]);
        })];
    }

    private static int ReadBase36(string digits) =>
        digits.Aggregate(0, (number, digit) => number * 36 + (char.IsAsciiDigit(digit) ? digit - '0' : digit - 'a' + 10));

    private readonly record struct Run(int First, int End, int Bits, int Script);

    /// <summary>The sequences of <see cref="JoinerTables.Emoji"/>.</summary>
    private sealed class EmojiSequences
    {
        private const string Signs = "-*~!";

        // Keys have no variation selectors; - is a joiner and * a skin tone. The value: a second tone must differ from the first.
        private readonly Dictionary<string, bool> words = new(StringComparer.Ordinal);
        private readonly HashSet<int> selectable = [];
        private readonly HashSet<int> known = [];
        private readonly int longest;

        public EmojiSequences()
        {
            foreach (var word in JoinerTables.Emoji.Split(' '))
            {
                var last = 0;
                foreach (var rune in word.EnumerateRunes())
                {
                    if (rune.Value == '~')
                        selectable.Add(last);
                    last = rune.Value;
                    // A hyphen or asterisk in a name is not a joiner or a skin tone.
                    if (!Signs.Contains(rune.ToString(), StringComparison.Ordinal))
                        known.Add(last);
                }
                words[word.Replace("~", "", StringComparison.Ordinal).Replace('!', '*')] = word.Contains('!', StringComparison.Ordinal);
            }
            longest = words.Keys.Max(word => word.Length);
        }

        /// <summary>Returns the length, in code points, of the longest sequence at the start of the text; 0 when there is none.</summary>
        /// <remarks>Each variation selector may be missing, because some keyboards omit them.</remarks>
        public int LengthAt(ReadOnlySpan<int> text)
        {
            if (text.Length < 3 || !known.Contains(text[0]))
                return 0;
            var word = new StringBuilder();
            int found = 0, firstTone = 0, secondTone = 0;
            for (var i = 0; i < text.Length && word.Length < longest; i++)
            {
                if (IsTone(text[i]))
                {
                    (firstTone, secondTone) = firstTone == 0 ? (text[i], 0) : (firstTone, text[i]);
                    word.Append('*');
                }
                else if (text[i] == Joiner)
                    word.Append('-');
                else if (known.Contains(text[i]))
                    word.Append(char.ConvertFromUtf32(text[i]));
                else
                    break;
                if (i + 1 < text.Length && text[i + 1] == VariationSelector && selectable.Contains(text[i]))
                    i++;
                var isWhole = i + 1 == text.Length || !IsTone(text[i + 1]);
                if (isWhole && words.TryGetValue(word.ToString(), out var tonesDiffer) && !(tonesDiffer && firstTone == secondTone))
                    found = i + 1;
            }
            return found;
        }

        private static bool IsTone(int codePoint) => codePoint is >= FirstTone and <= LastTone;
    }
}
