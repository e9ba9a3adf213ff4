using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace Chat.LoadTests.Servers;

/// <summary>The least that a relay of <c>userid:toUserid:content</c> frames does: it reads a frame, looks up the recipient's socket and writes
/// <c>userid:content</c> to it.</summary>
internal sealed class Relay
{
    public const string Path = "/api/home/connect";

    private readonly ConcurrentDictionary<string, User> users = new();

    public async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var user = new User(socket);
        // Larger than the frames of the lab. A larger buffer would be most of an idle connection's memory.
        var buffer = new byte[4 * 1024];
        var registered = false;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            var from = buffer.AsSpan(0, received.Count).IndexOf((byte)':');
            var to = from + 1 + buffer.AsSpan(from + 1, received.Count - from - 1).IndexOf((byte)':');
            if (!registered)
            {
                users[Encoding.UTF8.GetString(buffer, 0, from)] = user;
                registered = true;
            }
            if (to + 1 == received.Count || !users.TryGetValue(Encoding.UTF8.GetString(buffer, from + 1, to - from - 1), out var recipient))
                continue;
            // userid:content, written over the frame that was received.
            var start = to - from;
            buffer.AsSpan(0, from).CopyTo(buffer.AsSpan(start));
            await recipient.SendAsync(buffer.AsMemory(start, received.Count - start));
        }
    }

    // A WebSocket allows one send at a time.
    private sealed class User(WebSocket socket)
    {
        private readonly SemaphoreSlim sending = new(1, 1);

        public async Task SendAsync(ReadOnlyMemory<byte> frame)
        {
            await sending.WaitAsync();
            try
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None);
            }
            finally
            {
                sending.Release();
            }
        }
    }
}
