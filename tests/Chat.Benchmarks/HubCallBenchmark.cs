using System.Net.WebSockets;
using System.Text;
using BenchmarkDotNet.Attributes;

namespace Chat.Benchmarks;

/// <summary>A message from socket to socket: <c>Send</c> over <c>/chat</c>, the durable append, the sent copy and the receipt. One client sends to an
/// offline user, so a message is three records. The client allocates next to nothing.</summary>
[MemoryDiagnoser]
public class HubCallBenchmark
{
    private const int Messages = 1_000, Window = 50;
    private const byte RecordSeparator = 0x1e;

    private readonly byte[] received = new byte[64 << 10];
    private ChatServices services = null!;
    private ClientWebSocket socket = null!;
    private byte[] calls = [];

    [GlobalSetup]
    public async Task OpenAsync()
    {
        services = new ChatServices();
        calls = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
            $$"""{"type":1,"invocationId":"17","target":"Send","arguments":[{"to":"user42","content":"{{new string('x', 64)}}"}]}""" + "\u001e", Window)));
        socket = await services.ConnectAsync("/chat?userid=user17");
        await socket.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await ReceiveAsync(1);
    }

    [GlobalCleanup]
    public void Close()
    {
        socket.Dispose();
        services.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task Send()
    {
        for (var sent = 0; sent < Messages; sent += Window)
        {
            await socket.SendAsync(calls.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            await ReceiveAsync(2 * Window); // the receipt and the sent copy
        }
    }

    private async ValueTask ReceiveAsync(int records)
    {
        while (records > 0)
        {
            var frame = await socket.ReceiveAsync(received.AsMemory(), CancellationToken.None);
            records -= received.AsSpan(0, frame.Count).Count(RecordSeparator);
        }
    }
}
