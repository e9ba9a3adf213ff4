using System.Net.WebSockets;

namespace Chat.Server.Raw.Socket;

/// <summary>Recognizes the exceptions by which a <see cref="WebSocket"/> reports that its connection is lost, aborted or closed.</summary>
/// <remarks>The type depends on the moment of the loss. The next connection of the user gets what was not confirmed.</remarks>
internal static class LostConnection
{
    public static bool Is(Exception e) => e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
