using System.Net.Sockets;
using System.Text;

namespace Chat.Server.Tests.Running;

/// <summary>Sends an HTTP request exactly as it is written. HTTP clients would normalize its path, its headers and its body.</summary>
internal static class RawRequest
{
    /// <summary>Sends a request and returns the whole answer. The connection ends with it.</summary>
    /// <param name="line">Method and target.</param>
    /// <param name="headers">Further header lines; each character is one byte.</param>
    public static async Task<string> SendAsync(Uri server, string line, byte[]? body = null, params string[] headers)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port);
        string[] lines = [$"{line} HTTP/1.1", $"Host: {server.Authority}", "Connection: close", $"Content-Length: {body?.Length ?? 0}", .. headers, "", ""];
        byte[] request = [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines)), .. body ?? []];
        await tcp.GetStream().WriteAsync(request);
        using var reader = new StreamReader(tcp.GetStream());
        return await Wait.ForAsync(reader.ReadToEndAsync(), $"The answer to {line}");
    }

    /// <summary>Returns the status of an answer.</summary>
    public static int StatusOf(string answer) => int.Parse(answer.Split(' ')[1], null);

    /// <summary>Returns the body of an answer.</summary>
    public static string BodyOf(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
