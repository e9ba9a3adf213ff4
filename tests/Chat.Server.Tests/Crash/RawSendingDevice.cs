using System.Net.WebSockets;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>A raw client that sends. It has no receipts, but two signs: its own message that comes back, and a clean close. Each shows that
/// everything sent before on the connection is stored, unless the server has reported a refusal.</summary>
internal sealed class RawSendingDevice(string user, RestartableServer server, Traffic traffic, Random random)
{
    private const int Burst = 10;

    private readonly List<SendRecord> sends = [];
    private int known;

    public string User => user;
    public IEnumerable<SendRecord> Sends => sends;

    /// <summary>Sends until it is stopped, and then until a clean close shows that everything is stored.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await server.StartedAsync();
            known = sends.Count;
            try
            {
                await using var socket = await RawClient.ConnectAsync(server.Address, $"?userid={user}");
                var allStored = true;
                while (allStored && !stop.IsCancellationRequested)
                    allStored = await SendBurstAsync(socket);
                await SendAsync(socket, "u0");
                if (await socket.CloseAsync() == 1000 && stop.IsCancellationRequested)
                {
                    AllStored();
                    return;
                }
            }
            catch (Exception e) when (e is WebSocketException or InvalidOperationException or HttpRequestException)
            {
                // The server was killed: the outcome of the last messages stays unknown.
            }
        }
    }

    /// <summary>Sends some messages and waits for the last; false when any was refused.</summary>
    private async Task<bool> SendBurstAsync(RawClient socket)
    {
        for (var i = 0; i < Burst; i++)
            await SendAsync(socket, traffic.Recipients[random.Next(traffic.Recipients.Count)]);
        var marker = await SendAsync(socket, user);
        while (await socket.ReceiveAsync() is var frame && frame != $"{user}:{marker}")
            if (frame.StartsWith("system:error", StringComparison.Ordinal))
                return false;
        AllStored();
        return true;
    }

    private async Task<string> SendAsync(RawClient socket, string to)
    {
        var content = $"{user}|{sends.Count}|{to}";
        sends.Add(new SendRecord(user, to, content, sends.Count, Outcome.Unknown));
        await socket.SendAsync($"{user}:{to}:{content}");
        return content;
    }

    private void AllStored()
    {
        for (; known < sends.Count; known++)
            sends[known] = sends[known] with { Outcome = Outcome.Stored };
    }
}
