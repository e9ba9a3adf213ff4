using System.Text.Json;

namespace Chat.Protocol.Tests;

/// <summary>Checks the names of names.json, which the web page's tests read too.</summary>
public sealed class NameVectorTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private static List<Vector> Vectors => JsonSerializer.Deserialize<List<Vector>>(
        File.ReadAllText(Path.Combine(Specification.Repository, "tests", "Chat.Protocol.Tests", "names.json")), Web)!;

    [Fact]
    public void SharedNames_HaveTheListedProblem()
    {
        Vectors.Should().HaveCountGreaterThan(60);
        foreach (var vector in Vectors)
        {
            Name.ProblemWithUserId(vector.Name).Should().Be(vector.Problem, because: vector.Case);
            Name.IsUserId(vector.Name).Should().Be(vector.Problem is null, because: vector.Case);
        }
    }

    [Fact]
    public void ValidName_IsAlsoARoomAndAMessageId()
    {
        foreach (var vector in Vectors.Where(vector => vector.Problem is null))
        {
            Name.IsRoom("#" + vector.Name).Should().BeTrue(because: vector.Case);
            Name.IsMessageId(vector.Name).Should().BeTrue(because: vector.Case);
        }
    }

    [Fact]
    public void Problem_NeverRepeatsTheCharacter()
    {
        foreach (var problem in Vectors.Select(vector => vector.Problem).OfType<string>())
            problem.Should().MatchRegex("^[ -~]+$");
    }

    // Not in names.json: JSON cannot hold half of a surrogate pair.
    [Fact]
    public void LoneSurrogate_IsNamed()
    {
        Name.ProblemWithUserId("a\ud800").Should().Be("Character 2 is U+D800, half of a surrogate pair.");
        Name.ProblemWithRecipient("\udc00").Should().Be("Character 1 is U+DC00, half of a surrogate pair.");
        Name.ProblemWithTopic("$\ud800").Should().Be("Character 2 is U+D800, not one of A-Z a-z 0-9 . _ -.");
    }

    [Theory]
    [InlineData("#garden", null)]
    [InlineData("#", "It has no name after #.")]
    [InlineData("# garden", "It has white space after #.")]
    [InlineData("#a\u200bb", "Character 3 is U+200B, a format character.")]
    [InlineData("garden", "It does not begin with #.")]
    [InlineData("", "It is empty.")]
    [InlineData(null, "It is empty.")]
    public void RoomProblem_NamesTheRule(string? room, string? problem) => Name.ProblemWithRoom(room).Should().Be(problem);

    [Theory]
    [InlineData("$weather.garden", null)]
    [InlineData("$", "It has no name after $.")]
    [InlineData("$a b", "Character 3 is U+0020, not one of A-Z a-z 0-9 . _ -.")]
    [InlineData("$\U0001F600", "Character 2 is U+1F600, not one of A-Z a-z 0-9 . _ -.")]
    [InlineData("weather", "It does not begin with $.")]
    [InlineData(null, "It is empty.")]
    public void TopicProblem_NamesTheRule(string? topic, string? problem) => Name.ProblemWithTopic(topic).Should().Be(problem);

    [Fact]
    public void LongTopic_IsTooLong() => Name.ProblemWithTopic("$" + new string('a', 64)).Should().Be("It has more than 64 characters.");

    [Fact]
    public void FrameWithALongName_IsTooLongAndNotEmpty()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("\U0001F600", 70))}:{new string('b', 300)}:c");
        ColonFrame.TryParse(bytes, out var frame).Should().BeTrue();
        Name.ProblemWithUserId(frame.Sender()).Should().Be("It has more than 64 characters.");
        Name.ProblemWithRecipient(frame.Target()).Should().Be("It has more than 64 characters.");
    }

    private sealed record Vector(string Case, string Name, string? Problem);
}
