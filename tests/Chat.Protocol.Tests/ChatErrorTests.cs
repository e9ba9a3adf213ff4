using System.Globalization;
using System.Runtime.CompilerServices;

namespace Chat.Protocol.Tests;

public sealed class ChatErrorTests
{
    [Fact]
    public void NumbersAndCodesAreEachUsedOnce()
    {
        ChatError.All.Select(error => error.Number).Should().Equal(Enumerable.Range(1, ChatError.All.Count));
        ChatError.All.Select(error => error.Code).Should().OnlyHaveUniqueItems();
        ChatError.All.Should().OnlyContain(error => ChatError.FromNumber(error.Number) == error);
        ChatError.FromNumber(0).Should().BeNull();
        ChatError.FromNumber(99).Should().BeNull();
    }

    [Fact]
    public void TheSpecificationListsThemAll()
    {
        var rows = File.ReadLines(Specification())
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length >= 6 && int.TryParse(cells[1], out _))
            .Select(cells => (int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2].Trim('`'), cells[^2] == "yes"));
        rows.Should().Equal(ChatError.All.Select(error => (error.Number, error.Code, error.Retryable)));
    }

    [Theory]
    [InlineData("An unexpected error occurred invoking 'Send' on the server. HubException: forbidden: Not: yours", "forbidden", "Not: yours")]
    [InlineData("bad_request: x", "bad_request", "x")]
    [InlineData("HubException: HubException: too_large: x", "too_large", "x")]
    public void TheRefusalFollowsTheLastMark(string message, string code, string text) =>
        ChatError.FromHubError(message).Should().Be((ChatError.All.Single(error => error.Code == code), text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Something else: happened")]
    public void AnythingElseIsNoRefusal(string? message) => ChatError.FromHubError(message).Should().BeNull();

    private static string Specification([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "src", "Chat.Protocol", "README.md"));
}
