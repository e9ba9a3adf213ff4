using System.Security.Cryptography;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;
using Chat.Server.Storage.Sqlite.Schema;
using Chat.Server.Storage.Sqlite.Writing;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>An open log file: locked, upgraded to this version's schema, with a known epoch and its unindexed messages in memory.</summary>
internal sealed partial class OpenedLog : IDisposable
{
    private const int EpochLength = 8;
    private const int IncrementalVacuum = 2; // a value of PRAGMA auto_vacuum

    private readonly FileStream ownership;

    private OpenedLog(SqliteFile file, FileStream ownership, SqliteSession session, StreamTable streams, LogTimes times)
    {
        (Database, this.ownership, Session, Streams, Times) = (file, ownership, session, streams, times);
        Mark = new LogMark(Epoch, LastNumber, LogMark.CurrentBootId, file.Durability, Clean: false);
        Conversations = new ConversationRows(session);
        Index = new LogIndex(session, streams, Conversations);
    }

    public SqliteFile Database { get; }

    /// <summary>The writer's connection.</summary>
    public SqliteSession Session { get; }

    public StreamTable Streams { get; }
    public ConversationRows Conversations { get; }
    public LogIndex Index { get; }
    public LogTimes Times { get; }
    public MessageIds Ids { get; private set; } = null!;
    public string Epoch { get; private set; } = "";

    /// <summary>Number of the newest message or other change; 0 if there is none.</summary>
    public long LastNumber { get; private set; }

    /// <summary>Whether the file can return unused pages to the disk. Files of earlier versions cannot.</summary>
    public bool CanShrink { get; private init; }

    /// <summary>The mark of this opening.</summary>
    public LogMark Mark { get; private set; }

    /// <exception cref="LogOpenException">The file is in use, damaged, of a newer version, or inaccessible.</exception>
    public static OpenedLog Open(string path, StorageOptions options, TimeProvider time, ILogger logger)
    {
        FileStream? ownership = null;
        SqliteSession? session = null;
        try
        {
            var file = new SqliteFile(LogPath.Resolve(path), options.Durability);
            ownership = LogOwnership.Take(file.Path);
            RefuseLostFile(file.Path);
            PrivateFiles.Prepare(file.Path);
            session = file.OpenWriter();
            SqliteSchema.Upgrade(session, file.Path);
            var log = new OpenedLog(file, ownership, session, new StreamTable(options.KeptIdleStreams), new LogTimes(session, new LogClock(time, logger)))
            {
                CanShrink = session.QueryInt64("PRAGMA auto_vacuum") == IncrementalVacuum,
            };
            if (!log.CanShrink)
                LogCannotShrink(logger, file.Path);
            log.LoadTail();
            log.ChooseEpoch(logger);
            log.Ids = new MessageIds(session, log.Epoch);
            log.Mark = log.Mark with { Epoch = log.Epoch, LastCommit = log.LastNumber };
            log.Mark.Begin(file.Path);
            return log;
        }
        catch (Exception e)
        {
            session?.Dispose();
            ownership?.Dispose();
            if (OpenFailure.Explain(path, e) is { } reason)
                throw reason;
            throw;
        }
    }

    public void Dispose()
    {
        Session.Dispose();
        ownership.Dispose();
    }

    // For SQLite an empty file is a new database. With a mark, it is a log that has lost everything.
    private static void RefuseLostFile(string path)
    {
        if (File.Exists(path) && new FileInfo(path).Length == 0 && !File.Exists(path + "-wal") && LogMark.Read(path) is { LastCommit: > 0 } mark)
            throw new LogOpenException(
                $"The message log {path} is empty, but it held messages before. "
                + $"Restore a backup, or delete it and {LogMark.PathFor(path)} to start a new log.");
    }

    private void ChooseEpoch(ILogger logger)
    {
        var mark = LogMark.Read(Database.Path);
        if (Epoch.Length > 0 && mark is not null && mark.Proves(Epoch, LastNumber))
            return;
        if (Epoch.Length > 0)
            LogNewEpoch(logger, Database.Path);
        Epoch = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", EpochLength);
        // Ids hold numbers, and clients hold ids: new messages must not reuse the numbers of lost ones.
        LastNumber = Math.Max(LastNumber, mark?.LastCommit ?? 0);
        // Versions above the milliseconds since 1970 are unused: no topic gets a value every millisecond.
        using var save = Session.PrepareOnce("""
            INSERT INTO log (one, epoch, indexed, last_number) VALUES (1, ?1, 0, ?2)
            ON CONFLICT DO UPDATE SET epoch = ?1, last_number = ?2, topic_base = max(topic_base, CAST(1000 * unixepoch('subsec') AS INTEGER))
            """);
        save.Bind(1, Epoch).Bind(2, LastNumber).Run();
        MessageIds.AddSeed(Session, LastNumber);
    }

    /// <summary>Loads the unindexed messages.</summary>
    private void LoadTail()
    {
        using var readLog = Session.PrepareOnce("SELECT epoch, indexed, max(last_number, (SELECT coalesce(max(number), 0) FROM message)) FROM log");
        if (!readLog.Step())
            return;
        Epoch = readLog.Text(0);
        var indexed = readLog.Int64(1);
        LastNumber = readLog.Int64(2);
        readLog.Reset();

        var rows = new StreamQueries(Session);
        using var readTail = Session.PrepareOnce("""
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
                var sentAt = readTail.Int64(6);
                Index.AddKey(sender, readTail.Text(1), new KeyedReceipt(own, readTail.Int64(5), sentAt, Times.CommittedAt(number, sentAt), digest));
            }
        }
        foreach (var stream in Streams.All)
            stream.UncommittedHead = stream.Bounds.Head;
    }

    private void AddToTail(StreamQueries rows, string name, long offset, long number, string peer, bool isFromPeer)
    {
        var stream = Streams.Find(name);
        // The row may be ahead of log.indexed, if only a part of its chunk was written.
        if (stream is null && rows.Find(name) is { } row && offset <= row.Bounds.Head + 1)
            stream = Streams.Add(new StreamState(row.Id, name, offset - 1, row.Bounds.Trimmed) { HasRow = true });
        if (offset != stream?.Bounds.Head + 1)
            throw new LogOpenException(
                $"The message log {Database.Path} is damaged: message {number} does not follow the previous one in its mailbox. "
                + "Restore a backup, or move the file away to start a new log.");
        Index.Add(stream!, offset, number, peer, isFromPeer);
    }

    [LoggerMessage(20, LogLevel.Warning, "The message log {Path} is another file than the last one used here, or has lost its newest messages. "
        + "It gets a new epoch, and clients read it again from the beginning.")]
    private static partial void LogNewEpoch(ILogger logger, string path);

    [LoggerMessage(21, LogLevel.Information, "The message log {Path} cannot become smaller, because an earlier version created it. "
        + "It still works. To convert it, stop the server and run the program with the command: compact")]
    private static partial void LogCannotShrink(ILogger logger, string path);
}
