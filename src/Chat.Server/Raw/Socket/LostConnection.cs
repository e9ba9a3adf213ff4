using System.Net.WebSockets;

namespace Chat.Server.Raw.Socket;

/// <summary>Tells by an exception of a <see cref="WebSocket"/> that its connection is gone: lost, aborted, or closed meanwhile.</summary>
/// <remarks>Which of them it throws depends on the moment; nothing that is not confirmed is lost with the connection.</remarks>
internal static class LostConnection
{
    public static bool Is(Exception e) => e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
