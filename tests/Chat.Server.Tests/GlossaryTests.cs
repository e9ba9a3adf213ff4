using System.Text.RegularExpressions;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests;

/// <summary>Type names in <c>src</c> avoid the words that <c>docs/glossary.md</c> forbids.</summary>
public sealed partial class GlossaryTests
{
    private static readonly string SourceFolder = Path.Combine(Repository.Folder, "src");

    [Fact]
    public void TypeName_UsesNoForbiddenWord()
    {
        var (words, types) = (ForbiddenWords(), Types());
        words.Should().HaveCountGreaterThan(14);
        types.Should().HaveCountGreaterThan(300);
        types.SelectMany(type => words
                .Where(word => HasWord(type.Name, word.Word) && !word.Exceptions.Contains(type.Name) && !word.Exceptions.Contains(type.Folder))
                .Select(word => $"{type.Folder}/{type.Name}: instead of {word.Word} use {word.Replacement}"))
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData("ReadPlace", "Place", true)]
    [InlineData("IPlaceList", "Place", true)]
    [InlineData("SQLPlace2", "Place", true)]
    [InlineData("MessageSequenceId", "SequenceId", true)]
    [InlineData("Placement", "Place", false)]
    [InlineData("Places", "Place", false)]
    [InlineData("Sequence", "SequenceId", false)]
    public void HasWord_ComparesWholePartsOfTheName(string type, string word, bool expected) => HasWord(type, word).Should().Be(expected);

    private static bool HasWord(string type, string word)
    {
        string[] parts = [.. NamePart().Matches(type).Select(part => part.Value)], wanted = [.. NamePart().Matches(word).Select(part => part.Value)];
        return Enumerable.Range(0, parts.Length).Any(start => parts.Skip(start).Take(wanted.Length).SequenceEqual(wanted));
    }

    private static List<(string Word, string Replacement, string[] Exceptions)> ForbiddenWords()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "glossary.md"));
        var table = text[text.IndexOf("## Words that no type name may use", StringComparison.Ordinal)..];
        return [.. Row().Matches(table).Select(row => (row.Groups[1].Value, row.Groups[2].Value, Names(row.Groups[3].Value)))];

        static string[] Names(string cell) => [.. Code().Matches(cell).Select(name => name.Groups[1].Value)];
    }

    /// <summary>Returns every type that a C# source declares, nested ones too, with its folder in <c>src</c>.</summary>
    private static List<(string Name, string Folder)> Types() =>
    [
        .. Directory.EnumerateFiles(SourceFolder, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: file, Folders: Path.GetRelativePath(SourceFolder, file).Split(Path.DirectorySeparatorChar)))
            .Where(source => !source.Folders.Intersect(["bin", "obj", "node_modules"]).Any())
            .SelectMany(source => Declaration().Matches(File.ReadAllText(source.File)).Select(type => (type.Groups[1].Value, source.Folders[0]))),
    ];

    [GeneratedRegex(@"^\| `(\w+)` \| (.+?) \|(.*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z]*|[0-9]+")]
    private static partial Regex NamePart();

    [GeneratedRegex(
        @"^\s*(?:(?:public|internal|private|protected|static|sealed|abstract|partial|readonly|ref|file)\s+)*" +
        @"(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\],.?]+)\s+(\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
