using System.Net;
using System.Net.Sockets;

namespace Chat.Server.Tests.Running;

/// <summary>A listener on a free port of 127.0.0.1, and the sockets of its connections.</summary>
internal sealed class LocalListener : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<TcpClient, Task> serve;
    private readonly List<TcpClient> sockets = [];

    /// <param name="serve">Serves one connection, which is closed afterwards. Its exceptions about ended sockets are ignored.</param>
    public LocalListener(Func<TcpClient, Task> serve)
    {
        this.serve = serve;
        listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Connects to a server on behalf of a connection.</summary>
    public async Task<TcpClient> ConnectAsync(Uri server)
    {
        var far = Keep(new TcpClient());
        await far.ConnectAsync(server.Host, server.Port);
        return far;
    }

    /// <summary>Ends all connections, and accepts further ones.</summary>
    public void EndAll()
    {
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
            sockets.Clear();
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        EndAll();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(Keep(await listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        try
        {
            using (near)
                await serve(near);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // one end is gone
        }
    }

    private TcpClient Keep(TcpClient socket)
    {
        lock (sockets)
            sockets.Add(socket);
        return socket;
    }
}
