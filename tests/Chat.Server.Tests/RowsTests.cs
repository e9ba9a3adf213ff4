using System.Text.RegularExpressions;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests;

/// <summary><c>tests/ROWS.md</c> lists every row, and names only tests that exist.</summary>
public sealed partial class RowsTests
{
    private static readonly string Tests = Path.Combine(Repository.Folder, "tests");

    private static readonly string Table = File.ReadAllText(Path.Combine(Tests, "ROWS.md"));

    [Fact]
    public void EveryRow_IsListedOnce() =>
        Row().Matches(Table).Select(match => match.Groups[1].Value).Should().Equal(
        [
            .. Rows('H', 16), .. Rows('F', 13), .. Rows('C', 18), .. Rows('S', 18), .. Rows('A', 11), .. Rows('P', 9),
            .. Rows('T', 8).Where(row => row != "T3"), .. Rows('R', 8), .. Rows('W', 7),
        ]);

    [Fact]
    public void EveryNamedTest_Exists()
    {
        var sources = Directory.EnumerateFiles(Tests, "*Tests.cs", SearchOption.AllDirectories).ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var named = Test().Matches(Table).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).ToList();
        named.Count.Should().BeGreaterThan(100);
        named.Where(test => !sources[test.Class].Any(source => Regex.IsMatch(source, $@"public (async )?(Task|void) {test.Method}\("))).Should().BeEmpty();
    }

    private static IEnumerable<string> Rows(char section, int count) => Enumerable.Range(1, count).Select(i => $"{section}{i}");

    [GeneratedRegex(@"^\| ([A-Z]\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Test();
}
