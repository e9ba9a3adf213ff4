using Chat.Protocol;

namespace Chat.Client.Tests;

/// <summary>Unread counts on all devices of a user.</summary>
public sealed class ConversationTests : ClientTest
{
    [Fact]
    public async Task ReadMark_ReachesOtherDevices()
    {
        var (phone, desk, alice) = (Client("bob"), Client("bob"), Client("alice"));
        var received = new TaskCompletionSource<ReadMark>(TaskCreationOptions.RunContinuationsAsynchronously);
        desk.ReadReceived += mark => received.TrySetResult(mark);
        await desk.JoinAsync("#garden");
        await alice.JoinAsync("#garden");
        foreach (var content in Numbered("hi", 1, 3))
            await alice.SendAsync("bob", content);
        await alice.SendAsync("#garden", "roses");
        (await UnreadAsync(desk)).Should().Equal(("#garden", 1), ("alice", 3));

        var second = (await phone.ReadAsync(new ReadRequest("bob"))).Messages[1];
        (await phone.MarkReadAsync("alice", second.Position)).Read.Should().Be(second.Position);
        (await SoonAsync(received.Task, "The mark")).Should().Be(new ReadMark("alice", null, second.Position));
        var rose = (await phone.ReadAsync(new ReadRequest("#garden"))).Messages.Single();
        await phone.MarkReadAsync("#garden", rose.Position);
        (await UnreadAsync(desk)).Should().Equal(("#garden", 0), ("alice", 1));
    }

    private static async Task<List<(string, long)>> UnreadAsync(ChatClient client) =>
        [.. (await client.ConversationsAsync(new ConversationsRequest())).Conversations.Select(conversation => (conversation.Room ?? conversation.With!, conversation.Unread))];
}
