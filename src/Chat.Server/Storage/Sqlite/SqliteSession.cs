using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite;

/// <summary>A connection to the log's file and its prepared statements. One thread at a time uses it.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    // SQLite asks whether to stop after this many of its instructions: many times a second.
    private const int InstructionsBetweenStopChecks = 1000;

    private readonly List<Statement> statements = [];

    /// <summary>Whether a transaction is open. Some errors end it.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle!) == 0;

    /// <summary>Prepares a statement that lives as long as the session.</summary>
    public Statement Prepare(string sql)
    {
        var statement = PrepareOnce(sql);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Prepares a statement that the caller disposes.</summary>
    public Statement PrepareOnce(string sql) => new(connection.Handle!, sql);

    /// <summary>Runs statements that return no rows.</summary>
    public void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a query of one number.</summary>
    public long QueryInt64(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.FirstInt64() ?? 0;
    }

    /// <summary>Returns the pages that this connection has written since the last call.</summary>
    public int TakeWrittenPages()
    {
        Check(raw.sqlite3_db_status(connection.Handle!, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1));
        return pages;
    }

    /// <summary>Copies frames of the write-ahead log into the file, without waiting for other connections. Returns the number of frames that are left.</summary>
    public int CopyFrames()
    {
        Check(raw.sqlite3_wal_checkpoint_v2(connection.Handle!, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out var copied));
        return frames - copied;
    }

    /// <summary>Interrupts the running statement soon after the condition becomes true.</summary>
    public void InterruptWhen(Func<bool> condition) => raw.sqlite3_progress_handler(
        connection.Handle!, InstructionsBetweenStopChecks, static condition => ((Func<bool>)condition)() ? 1 : 0, condition);

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, connection.Handle!);
    }

    public void Dispose()
    {
        foreach (var statement in statements)
            statement.Dispose();
        connection.Dispose();
    }
}
