using Microsoft.Data.Sqlite;

namespace Chat.Server.Tests.Running;

/// <summary>The log while another process writes to it: until this is disposed, the server cannot.</summary>
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
