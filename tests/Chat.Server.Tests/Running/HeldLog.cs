using Microsoft.Data.Sqlite;

namespace Chat.Server.Tests.Running;

/// <summary>A write lock on a server's log. The server cannot write to the log until the lock is disposed.</summary>
internal sealed class HeldLog(SqliteConnection connection, SqliteTransaction transaction) : IAsyncDisposable
{
    public static Task<HeldLog> OfAsync(TestServer server) => OfAsync(server.Database);

    public static async Task<HeldLog> OfAsync(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync();
        return new HeldLog(connection, connection.BeginTransaction());
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
