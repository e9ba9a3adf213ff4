using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Conversations;

/// <summary>A user's conversations, newest first, with their unread counts.</summary>
public sealed class ConversationTests() : ServerTest
{
    [Fact]
    public async Task UsersAndRooms_AreListedNewestFirst()
    {
        var (alice, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        await alice.JoinAsync("#garden");
        await bob.JoinAsync("#garden");
        await alice.JoinAsync("#attic");
        await alice.JoinAsync("#Zoo");
        await alice.SendAsync("carol", "hi carol");
        await bob.SendAsync("alice", "hi alice");
        await bob.SendAsync("alice", "are you there?");
        await alice.SendAsync("#garden", "the roses are out");
        await bob.SendAsync("#garden", "about time");

        var answer = await alice.ConversationsAsync();
        answer.More.Should().BeFalse();
        answer.Conversations.Select(Line).Should().Equal(
            "#garden: bob about time, 1 unread after 0", "bob: bob are you there?, 2 unread after 0", "carol: alice hi carol, 0 unread after 0",
            "#Zoo: nothing, 0 unread after 0", "#attic: nothing, 0 unread after 0");
        answer.Conversations.Should().OnlyContain(c => c.With == null != (c.Room == null));
        answer.Conversations[1].Last.Should().Be((await alice.ReadAsync(new("alice", With: "bob", Limit: 1))).Messages.Single());
        (await bob.ConversationsAsync()).Conversations.Select(Line).Should().Equal("#garden: bob about time, 1 unread after 0", "alice: bob are you there?, 0 unread after 0");
        (await (await Server.HubAsync("nobody")).ConversationsAsync()).Conversations.Should().BeEmpty();
    }

    [Fact]
    public async Task NextPage_StartsAfterTheGivenName()
    {
        var alice = await Server.HubAsync("alice");
        string[] names = ["a", "b", "#c", "d", "e"];
        await alice.JoinAsync("#c");
        await alice.JoinAsync("#empty");
        foreach (var name in names)
            await alice.SendAsync(name, "hi");
        var first = await alice.ConversationsAsync(2);
        (first.More, Names(first)).Should().Be((true, "e d"));
        await alice.SendAsync("a", "moves to the top");
        var second = await alice.ConversationsAsync(2, "d");
        (second.More, Names(second)).Should().Be((true, "#c b"));
        (await alice.ConversationsAsync(2, "b")).Should().BeEquivalentTo(new { More = false, Conversations = new[] { new { Room = "#empty" } } });
        (await alice.ConversationsAsync(2, "#empty")).Conversations.Should().BeEmpty();
        Names(await alice.ConversationsAsync(1)).Should().Be("a");
    }

    [Fact]
    public async Task Page_HoldsAtMost512KiB()
    {
        var alice = await Server.HubAsync("alice");
        for (var i = 0; i < 12; i++)
            await alice.SendAsync($"u{i}", new string('x', 60_000));
        var first = await alice.ConversationsAsync(500);
        first.More.Should().BeTrue();
        first.Conversations.Should().HaveCount(8);
        var second = await alice.ConversationsAsync(500, first.Conversations[^1].With);
        second.More.Should().BeFalse();
        first.Conversations.Concat(second.Conversations).Select(c => c.With).Should().Equal(Enumerable.Range(0, 12).Select(i => $"u{11 - i}"));
    }

    [Fact]
    public async Task RawMessagesAndNotesToOneself_AreListed()
    {
        var alice = await Server.HubAsync("alice");
        var raw = await Server.RawAsync("old");
        await raw.SendAsync("old:alice:from an old page");
        (await alice.ReceiveAsync()).From.Should().Be("old");
        await alice.SendAsync("alice", "a note to myself");
        (await alice.ConversationsAsync()).Conversations.Select(Line).Should().Equal(
            "alice: alice a note to myself, 0 unread after 0", "old: old from an old page, 1 unread after 0");
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(501, null)]
    [InlineData(5, "nobody")]
    [InlineData(5, "#elsewhere")]
    [InlineData(5, "")]
    public async Task InvalidRequest_IsRefused(int? limit, string? before)
    {
        var (alice, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        await bob.JoinAsync("#elsewhere");
        await bob.SendAsync("alice", "hi");
        (await HubClient.RefusalAsync(() => alice.ConversationsAsync(limit, before))).Should().Be("bad_request");
    }

    private static string Names(ConversationsAnswer answer) => string.Join(' ', answer.Conversations.Select(c => c.With ?? c.Room));

    private static string Line(Conversation c) =>
        $"{c.With ?? c.Room}: {(c.Last is { } last ? $"{last.From} {last.Content}" : "nothing")}, {c.Unread} unread after {c.Read.Split('.')[1]}";
}
