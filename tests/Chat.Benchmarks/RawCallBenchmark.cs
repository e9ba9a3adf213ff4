using System.Net.WebSockets;
using System.Text;
using BenchmarkDotNet.Attributes;

namespace Chat.Benchmarks;

/// <summary>A message from raw socket to raw socket: a frame, the durable append and the delivery. The clients allocate next to nothing.</summary>
[MemoryDiagnoser]
public class RawCallBenchmark
{
    private const int Messages = 1_000, Window = 50;
    private const string Path = "/api/home/connect";

    private readonly byte[] received = new byte[1 << 10];
    private readonly byte[] frame = Encoding.UTF8.GetBytes($"user17:user42:{new string('x', 64)}");
    private ChatServices services = null!;
    private ClientWebSocket sender = null!, receiver = null!;

    [GlobalSetup]
    public async Task OpenAsync()
    {
        services = new ChatServices();
        (sender, receiver) = (await services.ConnectAsync(Path), await services.ConnectAsync(Path));
        // A connection learns its user from its first frame. It is registered when it receives its own message.
        await receiver.SendAsync("user42:user42:ready"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await ReceiveAsync(1);
    }

    [GlobalCleanup]
    public void Close()
    {
        sender.Dispose();
        receiver.Dispose();
        services.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task Send()
    {
        for (var sent = 0; sent < Messages; sent += Window)
        {
            for (var i = 0; i < Window; i++)
                await sender.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            await ReceiveAsync(Window);
        }
    }

    private async ValueTask ReceiveAsync(int frames)
    {
        for (; frames > 0; frames--)
            await receiver.ReceiveAsync(received.AsMemory(), CancellationToken.None);
    }
}
