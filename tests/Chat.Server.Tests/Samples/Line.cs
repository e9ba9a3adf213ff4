using System.Net;
using System.Net.Sockets;

namespace Chat.Server.Tests.Samples;

/// <summary>A network between a client and the server, that can keep the server's answers to itself, and be cut.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;
    private readonly Lock gate = new();
    private readonly List<Socket> sockets = [];
    private readonly Task accepting;
    private volatile bool holding;

    public Line(Uri server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    /// <summary>From now on nothing that the server says reaches the client.</summary>
    public void HoldAnswers() => holding = true;

    /// <summary>Ends all connections, and drops what was held. The next ones are whole again.</summary>
    public void Cut()
    {
        lock (gate)
        {
            sockets.ForEach(socket => socket.Dispose());
            sockets.Clear();
            holding = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync();
                var connection = new Socket(SocketType.Stream, ProtocolType.Tcp);
                lock (gate)
                    sockets.AddRange(client, connection);
                await connection.ConnectAsync(server.Host, server.Port);
                _ = CopyAsync(client, connection, answers: false);
                _ = CopyAsync(connection, client, answers: true);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool answers)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
                if (!(answers && holding))
                    await to.SendAsync(buffer.AsMemory(0, count));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or ended by one side: the other learns it from its own socket.
        }
    }
}
