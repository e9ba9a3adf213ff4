using System.Net.Sockets;

namespace Chat.Server.Tests.Running;

/// <summary>A way to the server that can be cut like a cable: nothing passes any more, and neither side is told.</summary>
internal sealed class BlackHole : IDisposable
{
    private readonly LocalListener listener;
    private volatile bool cut;

    public BlackHole(Uri server) => listener = new LocalListener(async near =>
    {
        var far = await listener!.ConnectAsync(server);
        await Task.WhenAll(PassAsync(near, far), PassAsync(far, near));
    });

    /// <summary>The server's address by this way.</summary>
    public Uri Address => listener.Address;

    public void Cut() => cut = true;

    public void Dispose() => listener.Dispose();

    // Once it is cut, what still comes is read and lost.
    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 << 10];
        while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            if (!cut)
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
    }
}
