using System.Security.Cryptography;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;
using Chat.Server.Storage.Sqlite.Schema;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>A log file that is open, locked, of this version's schema and of a known epoch, with its unindexed messages in memory.</summary>
internal sealed partial class OpenedLog : IDisposable
{
    private const int EpochLength = 8;

    private readonly FileStream ownership;

    private OpenedLog(SqliteFile file, FileStream ownership, SqliteConnection connection, StreamTable streams, LogTimes times)
    {
        (Database, this.ownership, Connection, Streams) = (file, ownership, connection, streams);
        Mark = new LogMark(Epoch, LastNumber, LogMark.CurrentBootId, file.Durability, Clean: false);
        Index = new LogIndex(connection, Streams);
        Times = times;
    }

    public SqliteFile Database { get; }
    public SqliteConnection Connection { get; }
    public StreamTable Streams { get; }
    public LogIndex Index { get; }
    public LogTimes Times { get; }
    public string Epoch { get; private set; } = "";

    /// <summary>Number of the newest message, or other change; 0 when there is none.</summary>
    public long LastNumber { get; private set; }

    /// <summary>Whether unused pages can be given back; not in files that were made by a version before this.</summary>
    public bool CanShrink { get; private init; }

    /// <summary>What the file beside it says of this opening.</summary>
    public LogMark Mark { get; private set; }

    /// <exception cref="LogOpenException">The file is in use, damaged, of a newer version, or cannot be used where it is.</exception>
    public static OpenedLog Open(string path, StorageOptions options, TimeProvider time, ILogger logger)
    {
        FileStream? ownership = null;
        SqliteConnection? connection = null;
        try
        {
            var file = new SqliteFile(LogPath.Resolve(path), options.Durability);
            ownership = LogOwnership.Take(file.Path);
            RefuseLostFile(file.Path);
            PrivateFiles.Prepare(file.Path);
            connection = file.OpenWriter();
            SqliteSchema.Upgrade(connection);
            var log = new OpenedLog(file, ownership, connection, new StreamTable(options.KeptIdleStreams), new LogTimes(connection, new LogClock(time, logger)))
            {
                CanShrink = IsIncremental(connection),
            };
            if (!log.CanShrink)
                LogCannotShrink(logger, file.Path);
            log.LoadTail();
            log.ChooseEpoch(logger);
            log.Mark = log.Mark with { Epoch = log.Epoch, LastCommit = log.LastNumber };
            log.Mark.Begin(file.Path);
            return log;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            ownership?.Dispose();
            if (OpenFailure.Explain(path, e) is { } reason)
                throw reason;
            throw;
        }
    }

    public void Dispose()
    {
        Index.Dispose();
        Times.Dispose();
        Connection.Dispose();
        ownership.Dispose();
    }

    // SQLite takes an empty file for a new database. Here it is one that has lost everything.
    private static void RefuseLostFile(string path)
    {
        if (File.Exists(path) && new FileInfo(path).Length == 0 && !File.Exists(path + "-wal") && LogMark.Read(path) is { LastCommit: > 0 } mark)
            throw new LogOpenException(
                $"The message log {path} is empty, but it had been written to. "
                + $"Restore a backup, or delete it and {LogMark.PathFor(path)} to begin anew.");
    }

    private static bool IsIncremental(SqliteConnection connection)
    {
        const int incremental = 2;
        using var mode = new Statement(connection, "PRAGMA auto_vacuum");
        return mode.Step() && mode.Int64(0) == incremental;
    }

    private void ChooseEpoch(ILogger logger)
    {
        var mark = LogMark.Read(Database.Path);
        if (Epoch.Length > 0 && mark is not null && mark.Vouches(Epoch, LastNumber))
            return;
        if (Epoch.Length > 0)
            LogNewEpoch(logger, Database.Path);
        Epoch = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", EpochLength);
        // Messages that the lost ones' numbers belonged to must not be taken for them: numbers go on above both.
        LastNumber = Math.Max(LastNumber, mark?.LastCommit ?? 0);
        // No topic was ever published more often than once a millisecond since 1970: what is above that has not been used.
        using var save = new Statement(Connection, """
            INSERT INTO log (one, epoch, indexed, last_number) VALUES (1, ?1, 0, ?2)
            ON CONFLICT DO UPDATE SET epoch = ?1, last_number = ?2, topic_base = max(topic_base, CAST(1000 * unixepoch('subsec') AS INTEGER))
            """);
        save.Bind(1, Epoch).Bind(2, LastNumber).Run();
    }

    /// <summary>Reads the messages that the index does not hold yet.</summary>
    private void LoadTail()
    {
        using var readLog = new Statement(Connection, "SELECT epoch, indexed, max(last_number, (SELECT coalesce(max(number), 0) FROM message)) FROM log");
        if (!readLog.Step())
            return;
        Epoch = readLog.Text(0);
        var indexed = readLog.Int64(1);
        LastNumber = readLog.Int64(2);
        readLog.Reset();

        using var rows = new StreamRows(Connection);
        using var readTail = new Statement(Connection, """
            SELECT number, id, sender, recipient, sender_offset, recipient_offset, sent_at, keyed, CASE keyed WHEN 1 THEN content ELSE '' END
            FROM message WHERE number > ? ORDER BY number
            """);
        readTail.Bind(1, indexed);
        while (readTail.Step())
        {
            var (number, sender, recipient) = (readTail.Int64(0), readTail.Text(2), readTail.Text(3));
            var own = readTail.NullableInt64(4);
            AddToTail(rows, recipient, readTail.Int64(5), number, sender, isFromPeer: true);
            if (own is { } copy)
                AddToTail(rows, sender, copy, number, recipient, isFromPeer: false);
            if (readTail.Int64(7) == 1)
            {
                var digest = SentKeys.Digest(recipient, readTail.Text(8));
                Index.AddKey(sender, readTail.Text(1), new KeyedReceipt(own, readTail.Int64(5), readTail.Int64(6), Times.Of(number, readTail.Int64(6)), digest));
            }
        }
        foreach (var stream in Streams.All)
            stream.DraftHead = stream.Bounds.Head;
    }

    private void AddToTail(StreamRows rows, string name, long offset, long number, string peer, bool isFromPeer)
    {
        var stream = Streams.Find(name);
        // The row may be ahead of the indexed messages: the chunk that moved it may have been written in part.
        if (stream is null && rows.Find(name) is { } row && offset <= row.Bounds.Head + 1)
            stream = Streams.Add(new StreamState(row.Id, name, offset - 1, row.Bounds.Trimmed) { DraftStored = true });
        if (offset != stream?.Bounds.Head + 1)
            throw new LogOpenException(
                $"The message log {Database.Path} is damaged: message {number} does not follow those before it in its mailbox. "
                + "Restore a backup, or move it away to begin anew.");
        Index.Add(stream!, offset, number, peer, isFromPeer);
    }

    [LoggerMessage(20, LogLevel.Warning, "The message log {Path} is not the one that was used here last, or has lost its newest messages: "
        + "it begins a new epoch, and clients read it anew.")]
    private static partial void LogNewEpoch(ILogger logger, string path);

    [LoggerMessage(21, LogLevel.Information, "The message log {Path} cannot become smaller, because an earlier version made it. "
        + "It works on unchanged. To convert it, stop the server and run the program with the command: compact")]
    private static partial void LogCannotShrink(ILogger logger, string path);
}
