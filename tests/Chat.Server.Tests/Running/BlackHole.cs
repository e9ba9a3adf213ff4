using System.Net;
using System.Net.Sockets;

namespace Chat.Server.Tests.Running;

/// <summary>A way to the server that can be cut like a cable: nothing passes any more, and neither side is told.</summary>
internal sealed class BlackHole : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;
    private readonly List<TcpClient> sockets = [];
    private volatile bool cut;

    public BlackHole(Uri server)
    {
        this.server = server;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The server's address by this way.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public void Cut() => cut = true;

    public void Dispose()
    {
        listener.Dispose();
        lock (sockets)
            sockets.ForEach(socket => socket.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                lock (sockets)
                    sockets.AddRange([near, far]);
                await far.ConnectAsync(server.Host, server.Port);
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 << 10];
        try
        {
            // Once it is cut, what still comes is read and lost.
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
                if (!cut)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // one end is gone
        }
    }
}
