using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite;

/// <summary>A prepared statement. One thread at a time uses it.</summary>
/// <remarks>It bypasses ADO.NET: no boxed parameters, no hidden retries of a busy database, and text as UTF-8 bytes of known length, which
/// may contain NUL. Errors are <see cref="SqliteException"/>.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt handle;

    public Statement(sqlite3 database, string sql)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out handle));
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } known ? Bind(index, known) : BindNull(index);

    public Statement Bind(int index, string text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Check(raw.sqlite3_bind_text(handle, index, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented))));
        ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> blob)
    {
        Check(raw.sqlite3_bind_blob(handle, index, blob));
        return this;
    }

    /// <summary>Moves to the next row; false if there is none. The statement is then ready for its next use.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result == raw.SQLITE_ROW)
            return true;
        raw.sqlite3_reset(handle);
        if (result != raw.SQLITE_DONE)
            Check(result);
        return false;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>Reads a number from the first row, and resets the statement; null if there is no row.</summary>
    public long? FirstInt64()
    {
        if (!Step())
            return null;
        var number = Int64(0);
        Reset();
        return number;
    }

    /// <summary>Returns whether there is a row, and resets the statement.</summary>
    public bool HasRow() => FirstInt64() is not null;

    /// <summary>Skips the remaining rows; the statement is then ready for its next use.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public long? NullableInt64(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL ? null : Int64(column);

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    /// <summary>Returns the column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();

    private Statement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, database);
    }
}
