using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Client.Tests;

/// <summary>A proxy that accepts connections but stops answering in one phase of a hub connection's start.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly LocalListener listener;
    private readonly Lock gate = new();
    private readonly string phase;
    private bool hasPolled;

    /// <param name="phase">The phase without an answer: <c>accept</c>, <c>negotiate body</c>, or a transport alone or with <c>opened</c> or <c>post</c>.</param>
    public SilentServer(string phase)
    {
        this.phase = phase;
        listener = new LocalListener(socket => ServeAsync(socket.GetStream()));
    }

    public Uri Address => listener.Address;

    /// <summary>Number of connections that the client has not closed.</summary>
    public int Open { get; private set; }

    /// <summary>Number of attempts to connect.</summary>
    public int Negotiations { get; private set; }

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync(NetworkStream stream)
    {
        var buffer = new byte[16 << 10];
        var isSilent = false;
        lock (gate)
            Open++;
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var count)
            {
                var text = Encoding.ASCII.GetString(buffer, 0, count);
                if (isSilent || !text.Contains(" HTTP/1.1\r\n", StringComparison.Ordinal))
                    continue; // WebSocket frames, or a separate body
                if (text.Contains("/negotiate", StringComparison.Ordinal))
                    lock (gate)
                        Negotiations++;
                var answer = AnswerTo(text);
                isSilent = answer is null || text.Contains("Upgrade:", StringComparison.OrdinalIgnoreCase);
                if (answer is not null)
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        finally
        {
            lock (gate)
                Open--;
        }
    }

    private string? AnswerTo(string request)
    {
        if (phase == "accept")
            return null;
        if (request.Contains("/negotiate", StringComparison.Ordinal))
            return phase == "negotiate body" ? "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{" : Json(Negotiation(phase.Split(' ')[0]));
        if (request.Contains("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))
            return phase == "WebSockets" ? null : Upgrade(request);
        if (request.StartsWith("POST", StringComparison.Ordinal))
            return phase.EndsWith("post", StringComparison.Ordinal) ? null : Json("");
        if (request.StartsWith("GET", StringComparison.Ordinal) && phase.StartsWith("ServerSentEvents", StringComparison.Ordinal))
            return phase == "ServerSentEvents" ? null : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n:\r\n\r\n\r\n";
        if (request.StartsWith("GET", StringComparison.Ordinal) && phase != "LongPolling" && !hasPolled)
        {
            hasPolled = true;
            return Json("");
        }
        return null;
    }

    private static string Negotiation(string transport) =>
        $$"""{"connectionId":"x","connectionToken":"y","negotiateVersion":1,"availableTransports":[{"transport":"{{transport}}","transferFormats":["Text","Binary"]}]}""";

    private static string Json(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Upgrade(string request)
    {
        var key = request.Split("Sec-WebSocket-Key: ", StringSplitOptions.None)[1].Split('\r')[0];
#pragma warning disable CA5350 // RFC 6455 requires SHA-1
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    }
}
