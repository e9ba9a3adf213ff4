using System.Text;

namespace Chat.LoadTests.Generator;

/// <summary>The HTTP request that opens a WebSocket. Its key is fixed: the generator does not check the answer's hash.</summary>
internal static class UpgradeRequest
{
    public static byte[] Of(string path, int port) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
}
