using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Chat.Protocol.Tests;

/// <summary>Compares the contexts of the joiners with Unicode's files and the regular expressions of Unicode Standard Annex 31.</summary>
public sealed class JoinerContextTests
{
    private const string Unicode = "/usr/share/unicode/";

    // Letters that join on both sides, one or none; marks with and without a class; viramas, one of category Mc; vowels; five scripts.
    private const string Pool =
        "\u0628\u0631\u0640\u06cc\u064e\u0610\u0712\u0710\u1820\u180b\u0915\u0937\u093c\u094d\u093e\u0941\u0951\u0d28\u0d4d\u0d3e\u1b13\u1b44\u1b34\u0303\u0300a1 \u200c\u200d";

    private static readonly Dictionary<int, string> Joining = PropertyOf("extracted/DerivedJoiningType.txt");
    private static readonly Dictionary<int, string> Scripts = PropertyOf("Scripts.txt");
    private static readonly Dictionary<int, string> Syllabic = PropertyOf("IndicSyllabicCategory.txt");
    private static readonly Dictionary<int, string> Classes = File.ReadLines(Unicode + "UnicodeData.txt").Select(line => line.Split(';'))
        .ToDictionary(fields => CodePoint(fields[0]), fields => fields[3]);

    private static readonly string Transparent = ClassOf(c => Joining.GetValueOrDefault(c) == "T");
    private static readonly string LeftJoining = ClassOf(c => Joining.GetValueOrDefault(c) is "D" or "L");
    private static readonly string RightJoining = ClassOf(c => Joining.GetValueOrDefault(c) is "D" or "R");
    private static readonly string Letter = ClassOf(c => CharUnicodeInfo.GetUnicodeCategory(c) is <= UnicodeCategory.OtherLetter);
    private static readonly string Mark = ClassOf(c => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark);
    private static readonly string ReorderedMark = ClassOf(c => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark && Classes[c] != "0");
    private static readonly string Virama = ClassOf(c => Classes[c] == "9");

    private static readonly Regex BreaksConnection = new($"^{LeftJoining}{Transparent}*\u200c{Transparent}*{RightJoining}$");
    private static readonly Regex BreaksConjunct = new($"^{Letter}{Mark}*{Virama}{ReorderedMark}*\u200c{ReorderedMark}*{Letter}$");
    private static readonly Regex EndsConjunct = new($"^{Letter}{Mark}*{Virama}{ReorderedMark}*\u200d$");

    // Most texts of these pieces hold a joiner in a context, or almost in one.
    private static readonly string[] Pieces =
    [
        .. Pool.Select(c => c.ToString()), "\u0628\u200c\u0631", "\u0628\u064e\u200c", "\u0915\u094d\u200d", "\u0915\u093c\u094d\u0951\u200c\u0937", "\u1b13\u1b44\u200d", "\u0d28\u0d4d\u200d", "\u1820\u200c\u1820",
    ];

    private static readonly Gen<string> Text = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[1, 6].Select(string.Concat);

    [Fact]
    public void JoinerIsAllowed_ExactlyInTheContextsOfAnnex31() => Text.Sample(
        text => Name.IsMessageId(text) == (IsTrimmedAndComposed(text) && JoinersBelong(text)),
        iter: 200_000);

    [Fact]
    public void EveryContext_IsAmongTheTexts() => Text.Array[2000].Sample(
        texts => ((Regex[])[BreaksConnection, BreaksConjunct, EndsConjunct]).All(context => texts.Any(text =>
            Name.IsMessageId(text) && Enumerable.Range(0, text.Length).SelectMany(i => Parts(text, i, i + 1)).Any(context.IsMatch))),
        iter: 1);

    private static bool JoinersBelong(string text) =>
        Enumerable.Range(0, text.Length).Where(i => text[i] is '\u200c' or '\u200d').All(i => Parts(text, i, i + 1).Any(part => Belongs(part, text, i)));

    private static bool Belongs(string part, string text, int at)
    {
        if (part.Select(c => Scripts.GetValueOrDefault(c, "Unknown")).Where(script => script is not ("Common" or "Inherited")).Distinct().Count() > 1)
            return false;
        var isBeforeVowel = at + 1 < text.Length && Syllabic.GetValueOrDefault(text[at + 1]) == "Vowel_Dependent";
        return text[at] == '\u200c' ? BreaksConnection.IsMatch(part) || BreaksConjunct.IsMatch(part) : EndsConjunct.IsMatch(part) && !isBeforeVowel;
    }

    /// <summary>Returns every part of the text that contains [<paramref name="first"/>, <paramref name="end"/>).</summary>
    private static IEnumerable<string> Parts(string text, int first, int end) =>
        from start in Enumerable.Range(0, first + 1)
        from stop in Enumerable.Range(end, text.Length - end + 1)
        select text[start..stop];

    private static bool IsTrimmedAndComposed(string text) => text.Trim() == text && text.Length <= Name.MaxLength && text.IsNormalized(NormalizationForm.FormC);

    private static string ClassOf(Func<char, bool> has) => $"[{string.Concat(Pool.Where(has).Select(c => $"\\u{(int)c:x4}"))}]";

    private static int CodePoint(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Dictionary<int, string> PropertyOf(string file)
    {
        var values = new Dictionary<int, string>();
        foreach (var line in File.ReadLines(Unicode + file).Select(line => line.Split('#')[0]).Where(line => line.Contains(';', StringComparison.Ordinal)))
        {
            var (range, value) = (line.Split(';')[0].Trim().Split(".."), line.Split(';')[1].Trim());
            for (var c = CodePoint(range[0]); c <= CodePoint(range[^1]); c++)
                values[c] = value;
        }
        return values;
    }
}
