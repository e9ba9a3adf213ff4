using System.Text.RegularExpressions;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests;

/// <summary>The documents of the repository.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Folders = ["docs", "src", "tests", "samples"];

    [Fact]
    public void RelativeLinks_LeadToFilesAndHeadings()
    {
        var broken = Documents().SelectMany(file => Link().Matches(WithoutCode(file)).Select(match => match.Groups[1].Value).Where(link => !Leads(file, link)).Select(link => $"{file}: {link}"));
        broken.Should().BeEmpty();
    }

    [Fact]
    public void Readme_HasAtMost100Lines() => File.ReadLines(Path.Combine(Repository.Folder, "README.md")).Count().Should().BeLessThanOrEqualTo(100);

    [Fact]
    public void Prose_HasAtMost120CharactersALine() =>
        Documents().SelectMany(file => Lines(file).Where(line => IsProse(line) && line.Length > 120).Select(line => $"{file}: {line}")).Should().BeEmpty();

    /// <summary>Returns whether a line can be wrapped: it is not a row of a table, has spaces, and is not long because of a link.</summary>
    private static bool IsProse(string line) => !line.TrimStart().StartsWith('|') && line.Trim().Contains(' ') && !Link().IsMatch(line);

    private static string[] Lines(string document) => WithoutCode(document).ReplaceLineEndings("\n").Split('\n');

    private static bool Leads(string document, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
            return true;
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? document : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, Uri.UnescapeDataString(parts[0])));
        return parts.Length == 1
            ? File.Exists(target) || Directory.Exists(target)
            : File.Exists(target) && Headings(target).Contains(parts[1]);
    }

    // As GitHub names the anchors of headings.
    private static IEnumerable<string> Headings(string document) => Heading().Matches(WithoutCode(document))
        .Select(match => Punctuation().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string document) => CodeBlock().Replace(File.ReadAllText(document), "");

    private static IEnumerable<string> Documents()
    {
        var documents = Directory.EnumerateFiles(Repository.Folder, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Folder, folder), "*.md", SearchOption.AllDirectories)))
            .Where(file => !Generated().IsMatch(file)).ToList();
        documents.Should().HaveCountGreaterThan(10);
        return documents;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"[/\\](bin|obj|node_modules)[/\\]")]
    private static partial Regex Generated();
}
