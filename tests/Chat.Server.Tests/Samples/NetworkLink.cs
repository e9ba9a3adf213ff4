using System.Net.Sockets;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>A TCP relay between a client and the server that can hold back answers and cut connections.</summary>
internal sealed class NetworkLink : IDisposable
{
    private readonly LocalListener listener;
    private volatile bool holding;

    public NetworkLink(Uri server) => listener = new LocalListener(async near =>
    {
        var far = await listener!.ConnectAsync(server);
        await Task.WhenAll(CopyAsync(near, far, answers: false), CopyAsync(far, near, answers: true));
    });

    public Uri Address => listener.Address;

    /// <summary>Drops everything that the server sends from now on.</summary>
    public void HoldAnswers() => holding = true;

    /// <summary>Ends all connections. New ones relay in both directions again.</summary>
    public void Cut()
    {
        listener.EndAll();
        holding = false;
    }

    public void Dispose() => listener.Dispose();

    private async Task CopyAsync(TcpClient from, TcpClient to, bool answers)
    {
        var buffer = new byte[64 << 10];
        while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            if (!(answers && holding))
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        to.Client.Shutdown(SocketShutdown.Send);
    }
}
