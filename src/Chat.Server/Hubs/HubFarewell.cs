using Microsoft.AspNetCore.Connections;

namespace Chat.Server.Hubs;

/// <summary>Gives hub connections the time to read what the hub said last, and to close themselves.</summary>
internal static class HubFarewell
{
    /// <summary>How long a connection is given for either; after it, it is cut.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    /// <summary>Reads on and forgets what comes. A socket that is closed with something unread in it is reset, and what was said last may be lost.</summary>
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
            // It was cut, or is cut now.
        }
    }
}
