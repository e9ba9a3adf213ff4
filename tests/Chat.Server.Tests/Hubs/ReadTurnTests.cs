using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Hubs;

/// <summary>Whoever reads much takes the log from nobody.</summary>
public sealed class ReadTurnTests
{
    [Fact]
    public async Task OnlySoManyReadsOfAUserGoAtATimeAndOthersReadMeanwhile()
    {
        var slow = new SlowReads("mallory");
        await using var server = await TestServer.StartAsync(services: services => services.PostConfigure<HubOptions<ChatHub>>(hub => hub.AddFilter(slow)));
        var (bob, first) = (await server.HubAsync("bob"), await server.HubAsync("mallory"));
        var second = await HubClient.ConnectAsync(server.Address, "mallory");
        await bob.SendAsync("mallory", "hi");
        var reads = Enumerable.Range(0, 20).Select(_ => first.ReadAsync(new ReadRequest("mallory"))).ToList();
        var given = Enumerable.Range(0, 20).Select(_ => second.ReadAsync(new ReadRequest("mallory"))).ToList();
        await Wait.ForAsync(slow.TwoAreReading.Task, "Two of mallory's reads");

        (await bob.ReadAsync(new ReadRequest("bob"))).Messages.Should().ContainSingle();
        (await bob.ResumeAsync("bob")).Messages.Should().ContainSingle();
        reads.Concat(given).Should().NotContain(read => read.IsCompleted);

        await second.DisposeAsync();
        slow.Release.SetResult();
        foreach (var read in reads)
            (await Wait.ForAsync(read, "A read of mallory's")).Messages.Should().ContainSingle();
        slow.Most.Should().Be(2);
        given.Should().NotContain(read => read.IsCompletedSuccessfully && read.Result.Messages.Count != 1);
    }

    /// <summary>Reads of a user that take until they are released.</summary>
    private sealed class SlowReads(string user) : IHubFilter
    {
        private readonly Lock gate = new();
        private int reading;

        public TaskCompletionSource TwoAreReading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Most { get; private set; }

        public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
        {
            if (invocation.Context.UserIdentifier != user || invocation.HubMethodName != nameof(IChatHub.Read))
                return await next(invocation);
            lock (gate)
            {
                Most = Math.Max(Most, ++reading);
                if (reading == 2)
                    TwoAreReading.TrySetResult();
            }
            await Release.Task;
            try
            {
                return await next(invocation);
            }
            finally
            {
                lock (gate)
                    reading--;
            }
        }
    }
}
