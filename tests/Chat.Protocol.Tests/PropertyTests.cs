using System.Buffers;
using System.Globalization;
using System.Text;
using CsCheck;

namespace Chat.Protocol.Tests;

/// <summary>Rules for every input. A failure shows the smallest input and its seed; <c>CsCheck_Seed</c> repeats it.</summary>
public sealed class PropertyTests
{
    private const int Runs = 100_000;

    // Separators, combining marks and their composed form, halves of surrogate pairs, invisible characters.
    private static readonly string[] Odd =
    [
        ":", "#", "$", " ", "e\u0301", "\u00e9", "\ud83d\ude00", "\ud83d", "\ude00", "\u202e", "\u200b", "\u2028", "\0", "\t", "\ufeff", "\u00a0", "\ue000", "\ufffe",
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.String[Gen.Char['!', '~'], 0, 3],
        Gen.Char.Select(c => c.ToString()),
        Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]),
        Gen.Int[60, 66].Select(length => new string('x', length)));

    private static readonly Gen<string> Text = Piece.Array[0, 4].Select(string.Concat);

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(Gen.Byte.Array[0, 40], Text.Select(Encoding.UTF8.GetBytes));

    private static readonly Gen<byte[]> Part = Bytes.Select(bytes => bytes.Where(one => one != ':').ToArray());

    [Fact]
    public void Frame_HasThePartsItWasMadeOf() => Gen.Select(Part, Part, Bytes).Sample(
        (from, to, content) =>
            ColonFrame.TryParse([.. from, (byte)':', .. to, (byte)':', .. content], out var frame)
            && frame.From.SequenceEqual(from) && frame.To.SequenceEqual(to) && frame.Content.SequenceEqual(content),
        iter: Runs);

    [Fact]
    public void Records_RoundTripOverAnySegments() => Gen.Select(Bytes.Array[0, 5], Gen.Int[1, 9]).Sample(
        (frames, piece) =>
        {
            var written = new ArrayBufferWriter<byte>();
            foreach (var frame in frames)
                ColonRecord.WriteInput(written, frame);
            var input = Segments.Of(written.WrittenSpan.ToArray(), () => piece);
            foreach (var frame in frames)
                if (!ColonRecord.TryReadInput(ref input, out var read) || !read.ToArray().AsSpan().SequenceEqual(frame))
                    return false;
            return input.IsEmpty && !ColonRecord.TryReadInput(ref input, out _);
        },
        iter: Runs);

    [Fact]
    public void Name_IsValidExactlyByItsGrammar() => Text.Sample(
        text => Name.IsUserId(text) == IsUserId(text) && Name.IsRoom("#" + text) == IsInAlphabet(text, 63)
            && Name.IsMessageId(text) == IsInAlphabet(text, 64),
        iter: 3 * Runs);

    [Fact]
    public void Position_IsReadBack() => Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 12], Gen.Long[0, long.MaxValue]).Sample(
        (epoch, offset) => Position.TryParse(new Position(epoch, offset).ToString(), out var read) && read.Epoch == epoch && read.Offset == offset,
        iter: Runs);

    /// <summary>The grammar of the specification, written without regard to speed.</summary>
    private static bool IsUserId(string text) => IsInAlphabet(text, 64) && text[0] is not ('#' or '$');

    private static bool IsInAlphabet(string text, int most)
    {
        try
        {
            // IsNormalized throws at U+FFFE, which composes with no character.
            if (!text.Replace('\ufffe', 'x').IsNormalized(NormalizationForm.FormC))
                return false;
        }
        catch (ArgumentException)
        {
            return false; // half of a surrogate pair
        }
        var runes = text.EnumerateRunes().ToList();
        return runes.Count >= 1 && runes.Count <= most && text.Trim() == text && runes.TrueForAll(rune => rune.Value != ':'
            && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
    }
}
