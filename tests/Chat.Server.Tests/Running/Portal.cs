using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chat.Server.Tests.Running;

/// <summary>Something on the way to a server that at times answers requests itself, as a captive portal or a firewall does.</summary>
public sealed class Portal : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;
    private readonly List<TcpClient> sockets = [];
    private volatile string? answer;
    private int answered;

    public Portal(Uri server)
    {
        this.server = server;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The server's address by this way.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>How many requests the portal has answered itself.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Ends every connection, and answers each further request itself.</summary>
    /// <param name="status">The status line after the version, and further header lines.</param>
    /// <param name="body">The body.</param>
    public void Shut(string status, string body)
    {
        answer = $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
        End();
    }

    /// <summary>Passes everything on.</summary>
    public void Open() => answer = null;

    public void Dispose()
    {
        listener.Dispose();
        End();
    }

    private void End()
    {
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
            sockets.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                lock (sockets)
                    sockets.Add(near);
                _ = answer is { } own ? AnswerAsync(near, own) : PassAsync(near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task AnswerAsync(TcpClient near, string own)
    {
        try
        {
            using (near)
            {
                var request = new byte[16 << 10];
                if (await near.GetStream().ReadAsync(request) == 0)
                    return;
                await near.GetStream().WriteAsync(Encoding.UTF8.GetBytes(own));
                Interlocked.Increment(ref answered);
                near.Client.Shutdown(SocketShutdown.Send);
                while (await near.GetStream().ReadAsync(request) > 0)
                {
                    // what still comes: a close with unread bytes would take the answer back
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // one end is gone
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        var far = new TcpClient();
        lock (sockets)
            sockets.Add(far);
        try
        {
            await far.ConnectAsync(server.Host, server.Port);
            await await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // one end is gone
        }
        near.Dispose();
        far.Dispose();
    }
}
