using Chat.Server.Delivery;
using Microsoft.AspNetCore.Connections;

namespace Chat.Server.Hubs;

/// <summary>Gives the client of a closing hub connection time to read the last records and to close the connection itself.</summary>
internal static class HubFarewell
{
    /// <summary>Discards the input after the hub has ended. A socket that is closed with unread input is reset, and its last output may be lost.</summary>
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        await next(connection);
        using var over = new CancellationTokenSource(IConnectionControl.FarewellTime, time);
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
