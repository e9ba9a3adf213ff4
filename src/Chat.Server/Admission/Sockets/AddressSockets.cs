using System.Net;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Sockets;

/// <summary>Limits the TCP connections of each address. Unix sockets have no address and no limit.</summary>
internal sealed class AddressSockets(IOptions<LimitsOptions> limits, ChatMetrics metrics)
{
    // A browser opens several TCP connections beside its WebSocket, and keeps them for a while.
    public const int SocketsPerConnection = 4;

    private readonly long most = (long)limits.Value.ConnectionsPerAddress * SocketsPerConnection;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> counts = [];

    /// <summary>Counts each socket while it is open, and closes a socket over the limit of its address.</summary>
    public ConnectionDelegate RunBefore(ConnectionDelegate next) => socket =>
        most == 0 || socket.RemoteEndPoint is not IPEndPoint { Address: var address }
            ? next(socket)
            : CountAsync(socket, next, ConnectionLimits.Network(address));

    private async Task CountAsync(ConnectionContext socket, ConnectionDelegate next, IPAddress network)
    {
        if (!TryEnter(network))
        {
            metrics.CountEndedSocket("address");
            return;
        }
        try
        {
            await next(socket);
        }
        finally
        {
            Leave(network);
        }
    }

    private bool TryEnter(IPAddress network)
    {
        lock (gate)
        {
            var count = counts.GetValueOrDefault(network);
            if (count >= most)
                return false;
            counts[network] = count + 1;
            return true;
        }
    }

    private void Leave(IPAddress network)
    {
        lock (gate)
            if (--counts[network] == 0)
                counts.Remove(network);
    }
}
