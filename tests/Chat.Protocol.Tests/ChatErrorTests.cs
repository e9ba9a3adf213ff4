using System.Globalization;
using System.Reflection;

namespace Chat.Protocol.Tests;

public sealed class ChatErrorTests
{
    [Fact]
    public void NumbersAndCodes_AreUnique()
    {
        ChatError.All.Select(error => error.Number).Should().Equal(Enumerable.Range(1, ChatError.All.Count));
        ChatError.All.Select(error => error.Code).Should().OnlyHaveUniqueItems();
        ChatError.All.Should().OnlyContain(error => ChatError.FromNumber(error.Number) == error);
        ChatError.FromNumber(0).Should().BeNull();
        ChatError.FromNumber(99).Should().BeNull();
    }

    [Fact]
    public void Specification_ListsEveryError()
    {
        var rows = Specification.Lines
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length >= 6 && int.TryParse(cells[1], out _))
            .Select(cells => (int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], cells[3][..(cells[3].IndexOf('*') - 1)], cells[4]));
        rows.Should().Equal(ChatError.All.Select(error => (error.Number, $"`{error.Code}`", error.Text, error.Retryable ? "yes" : "no")));
    }

    [Fact]
    public void EveryError_IsInTheList() =>
        typeof(ChatError).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).Should().BeEquivalentTo(ChatError.All);

    [Fact]
    public void HubRefusal_IsReadBack()
    {
        foreach (var error in ChatError.All)
        {
            ChatError.FromHubError(new ChatException(error).Refusal).Should().Be((error, error.Text));
            ChatError.FromHubError($"HubException: {new ChatException(error, "a: b").Refusal}").Should().Be((error, "a: b"));
        }
    }

    [Theory]
    [InlineData("An unexpected error occurred invoking 'Send' on the server. HubException: forbidden: Not: yours", "forbidden", "Not: yours")]
    [InlineData("bad_request: x", "bad_request", "x")]
    [InlineData("HubException: HubException: too_large: x", "too_large", "x")]
    public void HubRefusal_FollowsTheLastMark(string message, string code, string text) =>
        ChatError.FromHubError(message).Should().Be((ChatError.All.Single(error => error.Code == code), text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Something else: happened")]
    [InlineData("HubException: ")]
    [InlineData("HubException: forbidden")]
    [InlineData("HubException: Forbidden: x")]
    [InlineData("forbidden: HubException: x")]
    public void OtherText_IsNoRefusal(string? message) => ChatError.FromHubError(message).Should().BeNull();
}
