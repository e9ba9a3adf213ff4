using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Chat.Server.Tests.Running;

/// <summary>A raw client, as an old page is: a plain WebSocket that sends text and reads every frame at once.</summary>
public sealed class RawClient : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly Channel<string> frames = Channel.CreateUnbounded<string>();
    private readonly Func<string>? log;

    private RawClient(Func<string>? log) => this.log = log;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public string? CloseText => socket.CloseStatusDescription;

    public string? Subprotocol => socket.SubProtocol;

    /// <param name="log">The server's log, which a timeout shows.</param>
    /// <param name="http2">If given, the socket is a stream of its HTTP/2 connection.</param>
    public static async Task<RawClient> ConnectAsync(
        Uri server, string query = "", string path = "/api/home/connect", IEnumerable<string>? subprotocols = null, Func<string>? log = null,
        HttpMessageInvoker? http2 = null, IEnumerable<(string Name, string Value)>? headers = null)
    {
        var client = new RawClient(log);
        client.socket.Options.KeepAliveInterval = TimeSpan.Zero;
        foreach (var subprotocol in subprotocols ?? [])
            client.socket.Options.AddSubProtocol(subprotocol);
        foreach (var (name, value) in headers ?? [])
            client.socket.Options.SetRequestHeader(name, value);
        if (http2 is not null)
            (client.socket.Options.HttpVersion, client.socket.Options.HttpVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var address = new UriBuilder(server) { Scheme = "ws", Path = path, Query = query }.Uri;
        await Wait.ForAsync(client.socket.ConnectAsync(address, http2, CancellationToken.None), "The answer to an upgrade", log);
        _ = client.ReadAsync();
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public async Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        try
        {
            await socket.SendAsync(bytes, type, true, CancellationToken.None);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The read loop found the connection lost, and ended the socket during this send.
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
    }

    /// <summary>Returns the next frame. Fails if the server closes instead.</summary>
    public async Task<string> ReceiveAsync() =>
        await NextAsync() ?? throw new InvalidOperationException($"The server closed: {(int?)socket.CloseStatus} {socket.CloseStatusDescription}");

    public async Task<List<string>> ReceiveAsync(int count)
    {
        var frames = new List<string>(count);
        while (frames.Count < count)
            frames.Add(await ReceiveAsync());
        return frames;
    }

    public async Task<List<string>> ReceiveUntilAsync(string last)
    {
        var frames = new List<string>();
        do
            frames.Add(await ReceiveAsync());
        while (frames[^1] != last);
        return frames;
    }

    /// <summary>Reads until the server closes, and returns the code.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        while (await NextAsync() is not null) { }
        return (int)socket.CloseStatus!.Value;
    }

    /// <summary>Closes the connection, and returns the code of the server's answer.</summary>
    public async Task<int> CloseAsync(int code = 1000)
    {
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, null, CancellationToken.None);
        return await ReceiveCloseAsync();
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Returns the next frame; null if the server has closed.</summary>
    private Task<string?> NextAsync() => Wait.ForAsync(TakeAsync(), "A frame", log);

    private async Task<string?> TakeAsync()
    {
        try
        {
            return await frames.Reader.ReadAsync();
        }
        catch (ChannelClosedException e) when (e.InnerException is null)
        {
            return null;
        }
        catch (ChannelClosedException e)
        {
            throw e.InnerException!;
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            while (await socket.ReceiveAsync(buffer.GetMemory(4096), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } result)
            {
                buffer.Advance(result.Count);
                if (!result.EndOfMessage)
                    continue;
                frames.Writer.TryWrite(Encoding.UTF8.GetString(buffer.WrittenSpan));
                buffer.ResetWrittenCount();
            }
            frames.Writer.Complete();
        }
        catch (Exception e)
        {
            frames.Writer.Complete(e);
        }
    }
}
