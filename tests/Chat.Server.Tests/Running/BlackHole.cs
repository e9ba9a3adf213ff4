using System.Net.Sockets;

namespace Chat.Server.Tests.Running;

/// <summary>A proxy that can drop everything, like a cut cable: neither side notices the end.</summary>
internal sealed class BlackHole : IDisposable
{
    private readonly LocalListener listener;
    private volatile bool cut;

    public BlackHole(Uri server) => listener = new LocalListener(async near =>
    {
        var far = await listener!.ConnectAsync(server);
        await Task.WhenAll(PassAsync(near, far), PassAsync(far, near));
    });

    /// <summary>The address of the proxy.</summary>
    public Uri Address => listener.Address;

    public void Cut() => cut = true;

    public void Dispose() => listener.Dispose();

    // After the cut, received bytes are read and dropped.
    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 << 10];
        while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            if (!cut)
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
    }
}
