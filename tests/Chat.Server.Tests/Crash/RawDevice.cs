using System.Net.WebSockets;
using Chat.Server.Tests.History;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>An old page that listens and connects again.</summary>
internal sealed class RawDevice(string user, string name, ServerLives lives)
{
    private readonly List<List<(string From, string Content)>> connections = [];

    public int Reconnects => Math.Max(0, connections.Count - 1);
    public RawDeviceRecord Record => new(user, name, connections);

    /// <summary>Listens until it has received a frame with the last content.</summary>
    public async Task RunAsync(Task<string> last)
    {
        while (true)
        {
            await lives.UpAsync();
            try
            {
                await using var socket = await RawClient.ConnectAsync(lives.Address);
                await socket.SendAsync($"{user}::");
                var frames = new List<(string From, string Content)>();
                connections.Add(frames);
                while (true)
                {
                    var frame = await socket.ReceiveAsync();
                    var colon = frame.IndexOf(':', StringComparison.Ordinal);
                    frames.Add((frame[..colon], frame[(colon + 1)..]));
                    if (last.IsCompletedSuccessfully && await last == frames[^1].Content)
                        return;
                }
            }
            catch (Exception e) when (e is WebSocketException or InvalidOperationException or HttpRequestException)
            {
                // The server was killed: there is a next life.
            }
        }
    }
}
