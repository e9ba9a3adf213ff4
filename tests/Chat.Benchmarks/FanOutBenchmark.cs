using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Chat.Protocol;
using Chat.Server;
using Chat.Server.Hubs;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Benchmarks;

/// <summary>One message to a room, from the hub's group to the pipes of its members. The pipes are drained after each message; no socket takes part.</summary>
[MemoryDiagnoser]
public class FanOutBenchmark
{
    private const int Members = 1_000;
    private const string Room = "#load";

    private readonly List<PipeReader> pipes = [];
    private readonly object?[] arguments = [Sample.Message(64, Room)];
    private ChatServices services = null!;
    private HubLifetimeManager<ChatHub> manager = null!;

    /// <summary>Whether the members are raw connections.</summary>
    [Params(false, true)]
    public bool Raw { get; set; }

    [GlobalSetup]
    public async Task OpenAsync()
    {
        services = new ChatServices();
        manager = services.Provider.GetRequiredService<HubLifetimeManager<ChatHub>>();
        var protocol = Raw ? new ColonHubProtocol("system") : services.Provider.GetRequiredService<ChatHandlers>().Json();
        // Kestrel's own pool: the shared one allocates when a thousand blocks are returned at once.
        var pool = services.Provider.GetRequiredService<IMemoryPoolFactory<byte>>().Create();
        for (var i = 0; i < Members; i++)
            await AddMemberAsync($"c{i}", protocol, new PipeOptions(pool));
    }

    [GlobalCleanup]
    public void Close() => services.Dispose();

    [Benchmark(OperationsPerInvoke = Members)]
    public async Task Send()
    {
        await manager.SendGroupAsync(Room, nameof(IChatClient.ReceiveMessage), arguments);
        foreach (var pipe in pipes)
            if (pipe.TryRead(out var read))
                pipe.AdvanceTo(read.Buffer.End);
    }

    private async Task AddMemberAsync(string id, IHubProtocol protocol, PipeOptions options)
    {
        var (input, output) = (new Pipe(options), new Pipe(options));
        pipes.Add(output.Reader);
        var connection = new DefaultConnectionContext(id, new Transport(input.Reader, output.Writer), new Transport(output.Reader, input.Writer));
        var member = new HubConnectionContext(connection, new HubConnectionContextOptions(), NullLoggerFactory.Instance) { Protocol = protocol };
        await manager.OnConnectedAsync(member);
        await manager.AddToGroupAsync(id, Room);
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
