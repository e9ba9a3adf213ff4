using System.Threading.Channels;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Client.Tests;

/// <summary>How long a client waits before it connects again to a server that accepts every connection and ends it.</summary>
public sealed class ReconnectTests : IAsyncLifetime
{
    private readonly Door door = new();
    private WebApplication server = null!;

    public async Task InitializeAsync() => server = await HubHost.StartAsync<EndingHub>(door);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public Task AServerThatEndsEveryConnectionSoonIsTriedLessAndLess() => WaitsAsync(lasts: [0, 5, 0, 4, 0, 0, 0, 0], waits: [0.25, 0.5, 1, 2, 4, 8, 10, 10]);

    [Fact]
    public Task AConnectionThatLastedIsMadeAgainAtOnce() => WaitsAsync(lasts: [0, 0, 0, 6, 0, 7], waits: [0.25, 0.5, 1, 0.25, 0.5, 0.25]);

    /// <param name="lasts">How many seconds each connection lasts.</param>
    /// <param name="waits">The longest wait that may follow it; the shortest is half of that.</param>
    private async Task WaitsAsync(double[] lasts, double[] waits)
    {
        var clock = new Clock();
        await using var client = new ChatClient(new ChatClientOptions { Server = new Uri(server.Urls.Single()), User = "alice", Time = clock });
        var connections = 0;
        client.StateChanged += (state, _) =>
        {
            // Those after the last stay.
            if (state != ConnectionState.Connected || connections == lasts.Length)
                return;
            clock.Pass(TimeSpan.FromSeconds(lasts[connections++]));
            door.Ends.Release();
        };
        await client.ConnectAsync();
        foreach (var wait in waits)
            (await Wait.ForAsync(clock.Waits.Reader.ReadAsync().AsTask(), "A wait")).TotalSeconds.Should().BeInRange(wait / 2, wait);
    }

    private sealed class Door
    {
        public SemaphoreSlim Ends { get; } = new(0);
    }

    private sealed class EndingHub(Door door) : Hub
    {
        public override async Task OnConnectedAsync()
        {
            await door.Ends.WaitAsync(Context.ConnectionAborted);
            throw new InvalidDataException("The connection cannot be kept.");
        }
    }

    /// <summary>Time passes when it is told to; who waits is noted, and need not.</summary>
    private sealed class Clock : TimeProvider
    {
        private long ticks;

        public Channel<TimeSpan> Waits { get; } = Channel.CreateUnbounded<TimeSpan>();

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref ticks);

        public void Pass(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Writer.TryWrite(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
