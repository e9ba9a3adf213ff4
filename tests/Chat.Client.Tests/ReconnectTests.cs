using System.Threading.Channels;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Client.Tests;

/// <summary>Waits between connections to a server that accepts every connection and then ends it.</summary>
public sealed class ReconnectTests : IAsyncLifetime
{
    private readonly Script script = new();
    private WebApplication server = null!;

    public async Task InitializeAsync() => server = await HubHost.StartAsync<EndingHub>(script);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public Task ShortConnections_DoubleTheWait() => WaitsAsync(lasts: [0, 5, 0, 4, 0, 0, 0, 0], waits: [0.25, 0.5, 1, 2, 4, 8, 10, 10]);

    [Fact]
    public Task StableConnection_ResetsTheWait() => WaitsAsync(lasts: [0, 0, 0, 6, 0, 7], waits: [0.25, 0.5, 1, 0.25, 0.5, 0.25]);

    /// <param name="lasts">The duration of each connection in seconds.</param>
    /// <param name="waits">The longest allowed wait after each, in seconds. The shortest is half of it.</param>
    private async Task WaitsAsync(double[] lasts, double[] waits)
    {
        var clock = new Clock();
        await using var client = new ChatClient(new ChatClientOptions { Server = new Uri(server.Urls.Single()), User = "alice", Time = clock });
        var connections = 0;
        client.StateChanged += (state, _) =>
        {
            // Later connections stay open.
            if (state != ConnectionState.Connected || connections == lasts.Length)
                return;
            clock.Pass(TimeSpan.FromSeconds(lasts[connections++]));
            script.Ends.Release();
        };
        await client.ConnectAsync();
        foreach (var wait in waits)
            (await Wait.ForAsync(clock.Waits.Reader.ReadAsync().AsTask(), "A wait")).TotalSeconds.Should().BeInRange(wait / 2, wait);
    }

    private sealed class Script
    {
        public SemaphoreSlim Ends { get; } = new(0);
    }

    private sealed class EndingHub(Script script) : Hub
    {
        public override async Task OnConnectedAsync()
        {
            await script.Ends.WaitAsync(Context.ConnectionAborted);
            throw new InvalidDataException("The connection cannot be kept.");
        }
    }

    /// <summary>A clock that the test moves. It records each wait and ends it at once.</summary>
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
