using System.Net.Sockets;
using System.Text;

namespace Chat.Server.Tests.Running;

/// <summary>A proxy that can answer requests itself, as a captive portal or a firewall does.</summary>
public sealed class Portal : IDisposable
{
    private readonly LocalListener listener;
    private readonly Uri server;
    private volatile string? answer;
    private int answered;

    public Portal(Uri server)
    {
        this.server = server;
        listener = new LocalListener(near => answer is { } own ? AnswerAsync(near, own) : PassAsync(near));
    }

    /// <summary>The address of the proxy.</summary>
    public Uri Address => listener.Address;

    /// <summary>The number of requests that the proxy has answered itself.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Ends every connection, and answers each further request itself.</summary>
    /// <param name="status">The status line after the version, and further header lines.</param>
    /// <param name="body">The body.</param>
    public void Shut(string status, string body)
    {
        answer = $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
        listener.EndAll();
    }

    /// <summary>Passes everything on.</summary>
    public void Open() => answer = null;

    public void Dispose() => listener.Dispose();

    private async Task AnswerAsync(TcpClient near, string own)
    {
        var request = new byte[16 << 10];
        if (await near.GetStream().ReadAsync(request) == 0)
            return;
        await near.GetStream().WriteAsync(Encoding.UTF8.GetBytes(own));
        Interlocked.Increment(ref answered);
        near.Client.Shutdown(SocketShutdown.Send);
        while (await near.GetStream().ReadAsync(request) > 0)
        {
            // Reads the rest: a close with unread bytes resets the connection, and the client loses the answer.
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        using var far = await listener.ConnectAsync(server);
        await await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
    }
}
