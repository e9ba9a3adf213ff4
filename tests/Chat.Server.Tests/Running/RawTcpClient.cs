using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Chat.Server.Tests.Running;

/// <summary>A hand-made WebSocket on TCP: sends any bytes, and reads and answers pings only on demand.</summary>
public sealed class RawTcpClient : IAsyncDisposable
{
    private readonly TcpClient tcp = new();
    private readonly Func<string>? log;
    private NetworkStream stream = null!;

    private RawTcpClient(Func<string>? log) => this.log = log;

    /// <summary>Whether <see cref="ReceiveAsync"/> answers the pings that it reads.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>The payloads of the pings that were read.</summary>
    public List<byte[]> Pings { get; } = [];

    /// <param name="log">The server's log, which a timeout shows.</param>
    public static async Task<RawTcpClient> ConnectAsync(Uri server, string path = "/api/home/connect", int? receiveBufferBytes = null, Func<string>? log = null, string? origin = null)
    {
        var client = new RawTcpClient(log);
        if (receiveBufferBytes is { } bytes)
            client.tcp.ReceiveBufferSize = bytes;
        (await client.UpgradeAsync(server, path, origin is null ? [] : [$"Origin: {origin}"])).Should().Be(101);
        return client;
    }

    /// <summary>Returns the status of the answer to an upgrade. Each header is sent as its own line, unchanged.</summary>
    public static async Task<int> StatusAsync(Uri server, string path, params string[] headers)
    {
        await using var client = new RawTcpClient(null);
        return await client.UpgradeAsync(server, path, headers);
    }

    private async Task<int> UpgradeAsync(Uri server, string path, string[] headers)
    {
        await tcp.ConnectAsync(server.Host, server.Port);
        tcp.NoDelay = true;
        stream = tcp.GetStream();
        string[] lines =
        [
            $"GET {path} HTTP/1.1", $"Host: {server.Authority}", "Upgrade: websocket", "Connection: Upgrade", .. headers,
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", "",
        ];
        await SendAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head += (char)(await ReadAsync(1))[0];
        return int.Parse(head.Split(' ')[1], null);
    }

    /// <summary>Returns a WebSocket frame, masked as a client's must be.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> payload, int opcode = 1, bool final = true, bool masked = true, int reserved = 0)
    {
        var header = new List<byte> { (byte)((final ? 0x80 : 0) | (reserved << 4) | opcode) };
        var mask = masked ? 0x80 : 0;
        if (payload.Length < 126)
            header.Add((byte)(mask | payload.Length));
        else
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            header.AddRange(payload.Length < 65536 ? [(byte)(mask | 126), .. length[6..]] : [(byte)(mask | 127), .. length]);
        }
        if (masked)
            header.AddRange(new byte[4]);
        return [.. header, .. payload];
    }

    public static byte[] Frame(string text, bool final = true, int opcode = 1) => Frame(Encoding.UTF8.GetBytes(text), opcode, final);

    public async Task SendAsync(params byte[][] frames) => await stream.WriteAsync(frames.SelectMany(frame => frame).ToArray());

    /// <summary>Returns the server's next frame other than a ping: its opcode and payload; null if the connection has ended.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReceiveAsync()
    {
        while (await ReceiveAnyAsync() is { } frame)
        {
            if (frame.Opcode != 9)
                return frame;
            Pings.Add(frame.Payload);
            if (AnswersPings)
                await TrySendAsync(Frame(frame.Payload, opcode: 10));
        }
        return null;
    }

    /// <summary>Returns the server's next frame. It may be a ping, which this does not answer.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReceiveAnyAsync()
    {
        try
        {
            var head = await ReadAsync(2);
            long length = head[1] & 127;
            if (length == 126)
                length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2));
            else if (length == 127)
                length = BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8));
            return (head[0] & 15, await ReadAsync((int)length));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null; // ended by the server, or by Reset
        }
    }

    /// <summary>Reads until the server's close frame, and returns its code; null if the connection ends without one.</summary>
    /// <param name="text">Called with each text frame before it.</param>
    public async Task<int?> ReceiveCloseAsync(Action<string>? text = null)
    {
        while (await ReceiveAsync() is { } frame)
            if (frame.Opcode == 8)
                return BinaryPrimitives.ReadUInt16BigEndian(frame.Payload);
            else if (frame.Opcode == 1)
                text?.Invoke(Encoding.UTF8.GetString(frame.Payload));
        return null;
    }

    /// <summary>Ends the connection with a TCP reset, as a crashed machine does.</summary>
    public void Reset()
    {
        tcp.LingerState = new LingerOption(true, 0);
        tcp.Close();
    }

    /// <summary>Ends the sending side, as a program that exits does. The client can still receive.</summary>
    public void End() => tcp.Client.Shutdown(SocketShutdown.Send);

    public ValueTask DisposeAsync()
    {
        tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task TrySendAsync(byte[] frame)
    {
        try
        {
            await SendAsync(frame);
        }
        catch (IOException)
        {
            // The connection has ended, which the next read shows.
        }
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Wait.ForAsync(ReadExactlyAsync(bytes), "Data from the server", log);
        return bytes;
    }

    private async Task<bool> ReadExactlyAsync(byte[] bytes)
    {
        await stream.ReadExactlyAsync(bytes);
        return true;
    }
}
