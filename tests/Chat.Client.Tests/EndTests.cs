using System.Net.Http.Json;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Client.Tests;

/// <summary>Ends of calls, readers and clients.</summary>
public sealed class EndTests : ClientRestartTest
{
    [Fact]
    public async Task CancelledCall_EndsAndTheNextContinues()
    {
        await using var read = new Reading(Client("bob"));
        Server.Kill();
        var alice = Client("alice");
        using var cancellation = new CancellationTokenSource();
        var first = alice.SendAsync("bob", "first");
        var cancelled = alice.SendAsync("bob", "cancelled", cancellationToken: cancellation.Token);
        var last = alice.SendAsync("bob", "last");
        await cancellation.CancelAsync();
        await EndsAsync(cancelled);
        first.IsCompleted.Should().BeFalse();
        await Server.StartAsync();
        await SoonAsync(Task.WhenAll(first, last), "The receipts");
        (await read.NextAsync(2)).Should().Equal("bob: first", "bob: last");
    }

    [Fact]
    public async Task Dispose_EndsEveryWaitingCall()
    {
        var alice = Client("alice");
        await alice.SendAsync("alice", "hi");
        var reading = new Reading(alice);
        await reading.NextAsync();
        await using var values = alice.SubscribeAsync("$sales").GetAsyncEnumerator();
        var value = values.MoveNextAsync().AsTask();
        (await ConnectionsAsync("alice")).Should().Be(1);
        Server.Kill();
        var sending = alice.SendAsync("alice", "never");
        var asking = alice.ReadAsync(new ReadRequest("alice"));
        await SoonAsync(alice.DisposeAsync().AsTask(), "The client's end");
        foreach (var waiting in (Task[])[sending, asking, value, reading.Task])
            await EndsAsync(waiting);
        alice.State.Should().Be(ConnectionState.Closed);
        await EndsAsync(alice.SendAsync("alice", "too late"));
        await Server.StartAsync();
        (await ConnectionsAsync("alice")).Should().Be(0);
        await alice.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_EndsTheConnection()
    {
        var alice = Client("alice");
        await alice.ReadAsync(new ReadRequest("alice"));
        (await ConnectionsAsync("alice")).Should().Be(1);
        await alice.DisposeAsync();
        await Wait.UntilAsync(async () => await ConnectionsAsync("alice") == 0, "The end of the connection");
    }

    [Fact]
    public async Task RefusedUser_FailsEveryCall()
    {
        var system = Client("system");
        await using var read = new Reading(system);
        (await RefusalAsync(system.ConnectAsync())).Error.Should().Be(ChatError.Forbidden);
        (await RefusalAsync(system.SendAsync("bob", "hi"))).Error.Should().Be(ChatError.Forbidden);
        (await RefusalAsync(read.Task)).Error.Should().Be(ChatError.Forbidden);
        system.State.Should().Be(ConnectionState.Refused);
    }

    [Fact]
    public async Task KickedClient_DoesNotReconnect()
    {
        var alice = Client("alice");
        await alice.SendAsync("alice", "hi");
        await using var read = new Reading(alice);
        await read.NextAsync();
        using var http = Operator();
        (await http.DeleteAsync("users/alice/connections")).EnsureSuccessStatusCode().Dispose();
        (await RefusalAsync(read.Task)).Error.Should().Be(ChatError.Forbidden);
        (await RefusalAsync(alice.SendAsync("alice", "again"))).Message.Should().Be(Notice.Kicked.Text);
    }

    private async Task<int> ConnectionsAsync(string user)
    {
        using var http = Operator();
        return (await http.GetFromJsonAsync<JsonElement>($"users/{user}")).GetProperty("connections").GetInt32();
    }

    private Task EndsAsync(Task call) => SoonAsync(call.Invoking(async waiting => await waiting).Should().ThrowAsync<OperationCanceledException>(), "The end");
}
