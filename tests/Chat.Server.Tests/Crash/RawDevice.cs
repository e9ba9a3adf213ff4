using System.Net.WebSockets;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>A raw client that only receives, and that reconnects.</summary>
internal sealed class RawDevice(string user, string name, RestartableServer server)
{
    private readonly List<List<RawFrame>> connections = [];
    private readonly HashSet<string> received = [];

    public int Reconnects => Math.Max(0, connections.Count - 1);
    public RawDeviceRecord Record => new(user, name, connections);

    /// <summary>Receives until it has the last content of every stream.</summary>
    public async Task RunAsync(Task<string[]> lasts)
    {
        while (true)
        {
            await server.StartedAsync();
            try
            {
                await using var socket = await RawClient.ConnectAsync(server.Address);
                await socket.SendAsync($"{user}::");
                var frames = new List<RawFrame>();
                connections.Add(frames);
                while (true)
                {
                    frames.Add(RawFrame.Of(user, await socket.ReceiveAsync()));
                    received.Add(frames[^1].Content);
                    if (lasts.IsCompletedSuccessfully && received.IsSupersetOf(await lasts))
                        return;
                }
            }
            catch (Exception e) when (e is WebSocketException or InvalidOperationException or HttpRequestException)
            {
                // The server was killed: connect again after its next start.
            }
        }
    }
}
