using System.Net.WebSockets;
using System.Text;

namespace Chat.LoadTests.Servers;

/// <summary>The old endpoint that Chat replaces, ported from ASP.NET line by line: its loop, its buffer of 1 024 bytes, its static list that it
/// searches for every message. The list has no lock.</summary>
internal static class LegacyEndpoint
{
    public const string Path = "/api/home/connect";

    private static readonly List<UserWebSocket> WebSockets = [];

    public static async Task AcceptAsync(HttpContext context)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync();
        await ProcessRequest(socket);
    }

    private static async Task ProcessRequest(WebSocket socket)
    {
        while (true)
        {
            var buffer = new ArraySegment<byte>(new byte[1024]);
            var receivedResult = await socket.ReceiveAsync(buffer, CancellationToken.None);
            string recvMsg = Encoding.UTF8.GetString(buffer.Array!, 0, receivedResult.Count);
            string userid = recvMsg.Split(':')[0];
            string toUserid = recvMsg.Split(':')[1];
            string content = recvMsg.Split(':')[2];
            if (receivedResult.MessageType == WebSocketMessageType.Close)
            {
                // Not reached by a close without text: the line above has thrown, as it did in the original. The connection stays in the list.
                await socket.CloseAsync(WebSocketCloseStatus.Empty, string.Empty, CancellationToken.None);
                WebSockets.Remove(WebSockets.FirstOrDefault(p => p.UserId == userid)!);
                break;
            }
            if (socket.State == WebSocketState.Open)
            {
                var newWebsocket = WebSockets.FirstOrDefault(p => p.UserId == userid);
                if (newWebsocket == null)
                    WebSockets.Add(new UserWebSocket(userid, socket));
                string message = userid + ":" + content;
                var recvBytes = Encoding.UTF8.GetBytes(message);
                var sendBuffer = new ArraySegment<byte>(recvBytes);
                if (content != "")
                {
                    var toWebSocket = WebSockets.FirstOrDefault(p => p.UserId == toUserid);
                    if (toWebSocket != null)
                        await toWebSocket.WebSocket.SendAsync(sendBuffer, WebSocketMessageType.Text, true, CancellationToken.None);
                }
            }
        }
    }

    private sealed record UserWebSocket(string UserId, WebSocket WebSocket);
}
