using Microsoft.Data.Sqlite;

namespace Chat.Server.Tests.Running;

/// <summary>A write lock on a server's log. The server cannot write to the log until the lock is disposed.</summary>
internal sealed class HeldLog(SqliteConnection connection, SqliteTransaction transaction) : IAsyncDisposable
{
    public static async Task<HeldLog> OfAsync(TestServer server)
    {
        var connection = new SqliteConnection($"Data Source={server.Database};Pooling=False");
        await connection.OpenAsync();
        return new HeldLog(connection, connection.BeginTransaction());
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
