using Chat.Protocol;
using Chat.Server.Push;
using Chat.Server.Sending;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Storage.Sqlite;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.History;

/// <summary>Many reads of one user do not delay other users.</summary>
public sealed class ReadTurnTests
{
    [Fact]
    public async Task ReadsOfOneUser_AreLimitedAndDelayNoOther()
    {
        using var slow = new SlowReads();
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IMessageMeter>(slow));
        var bob = await server.HubAsync("bob");
        var devices = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.HubAsync("mallory")));
        await bob.SendAsync("mallory", "hi");
        slow.Begin();
        var reads = devices.SelectMany(device => Enumerable.Range(0, 10).Select(_ => device.ResumeAsync("mallory"))).ToList();
        await Wait.ForAsync(slow.TwoAreReading.Task, "Two of mallory's reads");

        (await bob.ReadAsync(new ReadRequest("bob"))).Messages.Should().ContainSingle();
        slow.End();
        foreach (var read in reads)
            (await read).Messages.Should().ContainSingle();
        slow.Most.Should().Be(2);
    }

    [Fact]
    public async Task CallBehindAnotherCall_UsesNoReadTurn()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IChatAuthorizer, NeverAnswers>());
        var clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.HubAsync("alice")));
        foreach (var client in clients)
        {
            await client.Connection.SendAsync(nameof(IChatHub.Join), new RoomRequest("#a"));
            await client.Connection.SendAsync(nameof(IChatHub.Read), new ReadRequest("alice"));
            await client.Connection.SendAsync(nameof(IChatHub.Conversations), new ConversationsRequest());
            await HubClient.RefusalAsync(() => client.RefreshAsync("none")); // is answered without a wait: the server has received the calls before it
        }
        (await (await server.HubAsync("alice")).ReadAsync(new ReadRequest("alice"))).Messages.Should().BeEmpty();
    }

    /// <summary>Blocks resumes after they have read the log, and counts them.</summary>
    private sealed class SlowReads : IMessageMeter, IDisposable
    {
        private readonly ManualResetEventSlim go = new(initialState: true);
        private readonly Lock gate = new();
        private int reading;

        public TaskCompletionSource TwoAreReading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Most { get; private set; }

        public void Begin() => go.Reset();

        public void End() => go.Set();

        public void CountCatchUp()
        {
            lock (gate)
            {
                Most = Math.Max(Most, ++reading);
                if (reading == 2)
                    TwoAreReading.TrySetResult();
            }
            go.Wait(Wait.Long);
            lock (gate)
                reading--;
        }

        public void CountAppend(TimeSpan latency, bool duplicate)
        {
        }

        public void CountCommit(int messages)
        {
        }

        public void CountDelivery(string stream, int messages, int subscribers)
        {
        }

        public void Dispose() => go.Dispose();
    }

    private sealed class NeverAnswers : IChatAuthorizer
    {
        public async ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return false;
        }

        public ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }
}
