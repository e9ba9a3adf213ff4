using Chat.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Crash;

/// <summary>A SignalR client that orders messages by offset, drops repeats, and resumes by position after every reconnect.</summary>
internal class HubDevice(string user, string name, RestartableServer server)
{
    private readonly Lock gate = new();
    private readonly List<EntryRecord> view = [];
    private readonly Dictionary<string, StreamView> streams = [];
    private Dictionary<string, string>? origins;

    protected string User { get; } = user;
    public int Reconnects { get; private set; }
    public int Replays { get; private set; }
    public HubDeviceRecord Record => new(User, name, [.. view]);

    /// <summary>Stays connected until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var first = true; !stop.IsCancellationRequested; first = false)
        {
            await server.StartedAsync();
            await using var connection = Build();
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.Closed += _ =>
            {
                closed.TrySetResult();
                return Task.CompletedTask;
            };
            try
            {
                await connection.StartAsync(CancellationToken.None);
                if (!first)
                    Reconnects++;
                await ResumeAsync(connection, replay: !first);
                await UseAsync(connection, closed.Task, stop);
                await ResumeAsync(connection, replay: false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or TaskCanceledException or System.Net.WebSockets.WebSocketException)
            {
                // The server was killed: connect again after its next start.
            }
        }
    }

    /// <summary>Connects a last time, and reads the messages that came after it had stopped.</summary>
    public async Task CatchUpAsync()
    {
        await using var connection = Build();
        await connection.StartAsync();
        await ResumeAsync(connection, replay: false);
    }

    /// <summary>Does the device's work while it is connected.</summary>
    protected virtual Task UseAsync(HubConnection connection, Task closed, CancellationToken stop) => Task.WhenAny(closed, Task.Delay(Timeout.Infinite, stop));

    private HubConnection Build()
    {
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server.Address, $"/chat?userid={User}"), options =>
            {
                options.Transports = HttpTransportType.WebSockets;
                options.SkipNegotiation = true;
            })
            .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default))
            .Build();
        connection.On<Message>(nameof(IChatClient.ReceiveMessage), message => Add(message));
        return connection;
    }

    private async Task ResumeAsync(HubConnection connection, bool replay)
    {
        // Without a position it would start at the position that the user's raw device has confirmed.
        origins ??= (await ResumeAsync(connection, [])).Streams.ToDictionary(stream => stream.Stream, stream => stream.Head.Split('.')[0] + ".0");
        var positions = Positions(origins);
        ResumeAnswer resumed;
        do
        {
            resumed = await ResumeAsync(connection, positions);
            foreach (var stream in resumed.Streams)
            {
                stream.Recovered.Should().BeTrue(because: "the log was only killed, not rolled back");
                foreach (var message in stream.Messages)
                {
                    positions[stream.Stream] = message.Position;
                    if (Add(message) && replay)
                        Replays++;
                }
            }
        }
        while (resumed.Streams.Any(stream => stream.More));
    }

    private static Task<ResumeAnswer> ResumeAsync(HubConnection connection, Dictionary<string, string?> positions) =>
        connection.InvokeAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(positions));

    private Dictionary<string, string?> Positions(Dictionary<string, string> origins)
    {
        lock (gate)
            return origins.ToDictionary(origin => origin.Key, string? (origin) => streams.GetValueOrDefault(origin.Key)?.Position ?? origin.Value);
    }

    private bool Add(Message message)
    {
        lock (gate)
        {
            if (!streams.TryGetValue(message.Stream, out var stream))
                streams[message.Stream] = stream = new StreamView();
            return stream.Add(message, view);
        }
    }

    /// <summary>The device's copy of one stream: a part without gaps, and the messages that came too early.</summary>
    private sealed class StreamView
    {
        private readonly SortedDictionary<long, Message> early = [];
        private long last;

        public string? Position { get; private set; }

        /// <summary>Adds to the view every message without a gap before it. Returns false if the device already has the message.</summary>
        public bool Add(Message message, List<EntryRecord> view)
        {
            if (message.Offset <= last)
                return false;
            early[message.Offset] = message;
            while (early.Remove(last + 1, out var next))
            {
                view.Add(EntryRecord.Of(next));
                (last, Position) = (next.Offset, next.Position);
            }
            return true;
        }
    }
}
