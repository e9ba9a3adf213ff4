using System.Diagnostics;
using System.Globalization;

namespace Chat.Protocol.Tests;

/// <summary>Compares the tables of the joiners with Debian's package unicode-data.</summary>
public sealed class JoinerTableTests
{
    private const string Emoji = "/usr/share/unicode/emoji";

    [Fact]
    public async Task ShippedTables_MatchDebiansUnicodeData()
    {
        var script = Path.Combine(Specification.Repository, "src", "Chat.Protocol", "joiners.py");
        using var check = Process.Start(new ProcessStartInfo("python3", [script, "--check"]) { RedirectStandardError = true })!;
        var errors = await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();
        check.ExitCode.Should().Be(0, because: errors);
    }

    [Fact]
    public void EveryListedSequence_IsAName()
    {
        var sequences = Lines("emoji-zwj-sequences.txt").Select(fields => Text(fields[0])).ToList();
        sequences.Should().HaveCountGreaterThan(1300).And.OnlyContain(sequence => Name.IsUserId(sequence) && Name.IsUserId("a" + sequence + "b"));
    }

    [Fact]
    public void EveryQualifiedSequence_IsAName() =>
        Lines("emoji-test.txt").Where(fields => fields[0].Contains(" 200D ", StringComparison.Ordinal)).Select(fields => Text(fields[0]))
            .Should().HaveCountGreaterThan(1350).And.OnlyContain(sequence => Name.IsUserId(sequence));

    [Fact]
    public void SequenceWithOneCharacterChanged_IsAListedSequenceOrNoName()
    {
        var listed = Lines("emoji-test.txt").Select(fields => Text(fields[0])).ToHashSet(StringComparer.Ordinal);
        var random = new Random(7);
        var sequences = listed.Where(sequence => sequence.Contains('\u200d', StringComparison.Ordinal)).ToList();
        var letters = sequences.SelectMany(sequence => sequence.EnumerateRunes()).Distinct().Where(rune => rune.Value is not (0x200D or 0xFE0F)).ToList();
        foreach (var sequence in sequences)
        {
            var runes = sequence.EnumerateRunes().ToList();
            var at = random.Next(runes.Count);
            if (runes[at].Value is 0x200D or 0xFE0F)
                continue;
            runes[at] = letters[random.Next(letters.Count)];
            var changed = string.Concat(runes);
            // The change may leave a shorter sequence and a single emoji.
            var parts = Enumerable.Range(0, changed.Length + 1)
                .Any(cut => IsListedOrPlain(changed[..cut], listed) && IsListedOrPlain(changed[cut..], listed));
            Name.IsUserId(changed).Should().Be(parts, because: string.Join(' ', runes.Select(rune => rune.Value.ToString("X4", CultureInfo.InvariantCulture))));
        }
    }

    private static bool IsListedOrPlain(string text, HashSet<string> listed) => listed.Contains(text) || !text.Contains('\u200d', StringComparison.Ordinal);

    private static IEnumerable<string[]> Lines(string file) => File.ReadLines(Path.Combine(Emoji, file))
        .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).Select(line => line.Split(';', StringSplitOptions.TrimEntries));

    private static string Text(string codePoints) =>
        string.Concat(codePoints.Split(' ').Select(point => char.ConvertFromUtf32(int.Parse(point, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
}
