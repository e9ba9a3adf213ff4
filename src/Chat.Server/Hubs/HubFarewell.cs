using Microsoft.AspNetCore.Connections;

namespace Chat.Server.Hubs;

/// <summary>Gives the client of a closing hub connection time to read the last records and to close the connection itself.</summary>
internal static class HubFarewell
{
    /// <summary>Time for each of the two; then the server aborts the connection.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    /// <summary>Discards the input after the hub has ended. A socket that is closed with unread input is reset, and its last output may be lost.</summary>
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        await next(connection);
        using var over = new CancellationTokenSource(Time, time);
        try
        {
            while (await connection.Transport.Input.ReadAsync(over.Token) is { IsCompleted: false } read)
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The connection has ended, or ends now.
        }
    }
}
