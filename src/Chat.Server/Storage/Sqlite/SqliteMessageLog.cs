using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Reading;
using Chat.Server.Storage.Sqlite.Retention;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite;

/// <summary>The log in one SQLite file: a writer that commits in groups, and readers beside it.</summary>
internal sealed partial class SqliteMessageLog : IStorage, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(1);

    // What the file beside the log grows to between two check-points, some times over.
    public const long LeastFreeBytes = 64 << 20;

    // Retention would have to remove something between every two looks.
    private const int MaxReadAttempts = 10;

    private readonly OpenedLog opened;
    private readonly MessagingOptions options;
    private readonly StreamTable streams;
    private readonly LogTransaction transaction;
    private readonly MessageRetention retention;
    private readonly RetentionSweep sweep;
    private readonly UnusedPages? unused;
    private readonly LogBackup backup;
    private readonly WriterQueue queue;
    private readonly LogWriter writer;
    private readonly ReaderPool readers;
    private readonly ILogger<SqliteMessageLog> logger;
    private readonly Lock markGate = new();
    private readonly ITimer sweepTimer, markTimer;
    private LogMark mark;
    private bool disposed;

    /// <param name="stopProcess">Ends the process: called when it is not known any more what is durable.</param>
    /// <exception cref="LogOpenException">The file cannot be used.</exception>
    public SqliteMessageLog(
        string path, StorageOptions storage, MessagingOptions options, ICommitListener listener, Action<Exception> stopProcess,
        TimeProvider time, ILogger<SqliteMessageLog> logger)
    {
        (this.options, this.logger) = (options, logger);
        // By the machine's clock: a time that a test moves says nothing about the writer's speed.
        queue = new WriterQueue(storage.LongestWait, TimeProvider.System);
        opened = OpenedLog.Open(path, storage, time, logger);
        streams = opened.Streams;
        transaction = new LogTransaction(opened.Connection, streams, opened.Index, opened.Epoch, opened.LastNumber, opened.Times);
        retention = new MessageRetention(opened.Connection, streams, options, opened.Times);
        backup = new LogBackup(opened.Database, time, logger);
        unused = opened.CanShrink ? new UnusedPages(opened.Connection, opened.Database, queue, () => backup.IsRunning) : null;
        sweep = new RetentionSweep(retention, queue, SweepEnded);
        readers = new ReaderPool(opened.Database);
        mark = opened.Mark;
        writer = new LogWriter(queue, transaction, listener, stopProcess, logger);
        writer.Start();
        sweepTimer = time.CreateTimer(_ => sweep.Start(), null, SweepInterval, SweepInterval);
        markTimer = time.CreateTimer(_ => WriteMark(clean: false), null, MarkInterval, MarkInterval);
    }

    public string Epoch => opened.Epoch;

    public int Waiting => queue.Count;

    public LogLoad Load => queue.Load;

    public TimeSpan Wait => queue.Wait;

    public int KnownStreams => streams.Count;

    public BackupAnswer NewestBackup => backup.Newest;

    public bool TryStartBackup() => backup.TryStart();

    public ValueTask<Appended> AppendAsync(Draft draft)
    {
        var append = new PendingAppend(draft);
        queue.Add(append);
        return append.Task;
    }

    public async ValueTask ConfirmAsync(IReadOnlyCollection<Confirmation> confirmations) => await Queue(new PendingChange<int>(transaction =>
    {
        foreach (var confirmation in confirmations)
            transaction.Confirm(confirmation);
        return confirmations.Count;
    }));

    public Task<Membership> JoinAsync(string user, string room, int maxRooms) =>
        Queue(new PendingMembership(transaction => transaction.Join(user, room, maxRooms)));

    public Task<Membership> LeaveAsync(string user, string room) => Queue(new PendingMembership(transaction => transaction.Leave(user, room)));

    public Task SetBannedAsync(string user, bool banned) => Queue(new PendingChange<bool>(transaction =>
    {
        transaction.SetBanned(user, banned);
        return banned;
    }));

    public Task<TopicValue?> PublishAsync(PendingTopicValue draft) =>
        Queue(new PendingValue(transaction => transaction.Publish(draft), draft.Value.GetRawText().Length));

    public async Task<ReadMarkMoved> MarkReadAsync(PendingReadMark draft)
    {
        // Counted here, so that the writer need not wait for it.
        var (place, sent) = await UseAsync(
            reader =>
            {
                var place = reader.Place(draft.User, draft.Conversation);
                // To count up to an old message is to look at all that came after it.
                var mayMove = !(place?.Offset >= draft.Offset);
                return (place, mayMove && FindStream(reader, draft.Stream) is { } stream ? reader.CountSent(stream.View(draft.Peer), draft.Peer, draft.Offset) : null);
            },
            CancellationToken.None);
        if (place?.Offset >= draft.Offset || (place is null && sent is null && !draft.IsRoom))
            return new ReadMarkMoved(draft.User, draft.MarkAt(new Position(Epoch, place?.Offset ?? 0).ToString()), draft.Connection, IsNew: false);
        return await Queue(new PendingRead(transaction => transaction.MarkRead(draft, sent ?? 0)));
    }

    public ValueTask<ConversationsAnswer?> GetConversationsAsync(string user, string? before, PageLimit limit, CancellationToken cancellationToken) =>
        UseAsync(
            reader =>
            {
                var rooms = reader.Members.Rooms(user).Select(room => (room.Stream, FindStream(reader, room.Stream)?.View(user))).ToList();
                return reader.Conversations(new ConversationQuery(user, FindStream(reader, user)?.View(null), rooms, before, limit, options.RetentionCount, Epoch));
            },
            cancellationToken);

    public ValueTask<StreamBounds> GetBoundsAsync(string stream, CancellationToken cancellationToken) =>
        streams.Find(stream) is { } known
            ? ValueTask.FromResult(Bounds(known))
            : UseAsync(reader => FindStream(reader, stream) is { } state ? Bounds(state) : default, cancellationToken);

    public ValueTask<long> GetConfirmedAsync(string user, string stream, CancellationToken cancellationToken) =>
        UseAsync(reader => reader.Confirmed(user, stream), cancellationToken);

    public ValueTask<IReadOnlyList<Confirmation>> GetRoomsAsync(string user, CancellationToken cancellationToken) =>
        UseAsync<IReadOnlyList<Confirmation>>(reader => reader.Members.Rooms(user), cancellationToken);

    public ValueTask<IReadOnlyList<string>> GetMembersAsync(string room, CancellationToken cancellationToken) =>
        UseAsync<IReadOnlyList<string>>(reader => reader.Members.Members(room), cancellationToken);

    public ValueTask<bool> IsMemberAsync(string user, string room, CancellationToken cancellationToken) =>
        UseAsync(reader => reader.Members.IsMember(user, room), cancellationToken);

    public ValueTask<IReadOnlyList<string>> GetUsersAsync(string prefix, int limit, CancellationToken cancellationToken) =>
        UseAsync<IReadOnlyList<string>>(reader => reader.Users(prefix, limit), cancellationToken);

    public ValueTask<IReadOnlyList<string>> GetBannedAsync(CancellationToken cancellationToken) =>
        UseAsync<IReadOnlyList<string>>(reader => reader.Banned(), cancellationToken);

    public ValueTask<TopicValue?> GetValueAsync(string topic, CancellationToken cancellationToken) =>
        UseAsync(reader => reader.Value(topic), cancellationToken);

    public ValueTask<StreamPage> ReadAsync(StreamQuery query, CancellationToken cancellationToken) =>
        streams.Find(query.Stream) is { } known && query.After >= known.Bounds.Head
            ? ValueTask.FromResult(new StreamPage([], Bounds(known), More: false))
            : UseAsync(reader => Read(reader, query), cancellationToken);

    public async ValueTask<string?> TroubleAsync()
    {
        try
        {
            // Nobody may send where nothing can be stored, and then nothing would show that it can be again.
            if (writer.IsUnavailable)
                await Queue(new PendingChange<bool>(transaction =>
                {
                    transaction.SaveNumber(transaction.LastNumber);
                    return true;
                }));
            return opened.Database.FreeBytes < LeastFreeBytes ? "The disk is almost full." : null;
        }
        catch (LogUnavailableException)
        {
            return "The message log cannot be written.";
        }
    }

    /// <summary>Does everything that was accepted, and notes that the log was closed in order.</summary>
    public void Dispose()
    {
        // It is known by several names, and each is disposed of.
        if (Interlocked.Exchange(ref disposed, true))
            return;
        sweepTimer.Dispose();
        markTimer.Dispose();
        backup.Dispose();
        queue.Close();
        writer.Join();
        WriteMark(clean: true);
        readers.Dispose();
        unused?.Dispose();
        retention.Dispose();
        transaction.Dispose();
        opened.Dispose();
    }

    private void SweepEnded()
    {
        streams.ForgetIdle(opened.Index.Written, options.RetentionCount);
        unused?.Start();
    }

    private Task<T> Queue<T>(PendingChange<T> change)
    {
        queue.Add(change);
        return change.Task;
    }

    private StreamPage Read(LogReader reader, StreamQuery query)
    {
        if (FindStream(reader, query.Stream) is not { } stream)
            return new StreamPage([], default, More: false);
        var bounds = Bounds(stream);
        for (var attempt = 0; attempt < MaxReadAttempts; attempt++)
        {
            var page = new PageCollector(query.Stream, Epoch, query.Limit);
            var after = Math.Max(query.After ?? 0, bounds.Trimmed);
            reader.Read(stream, after, query.Before ?? long.MaxValue, query, page);
            if (query.After is null)
                page.Messages.Reverse();
            if (query is not { After: not null, With: null } || page.IsWhole(after, Math.Min(bounds.Head, (query.Before ?? long.MaxValue) - 1)))
                return new StreamPage(page.Messages, bounds, page.More);
            // Retention may have removed the first messages after we looked at the bounds. The file knows of it before memory does.
            var trimmed = Math.Max(bounds.Trimmed, reader.LoadStream(query.Stream)?.Bounds.Trimmed ?? 0);
            bounds = new StreamBounds(trimmed, Math.Max(trimmed, bounds.Head));
        }
        LogHole(logger);
        throw new LogUnavailableException("Messages of a stream are missing from the message log.");
    }

    private StreamState? FindStream(LogReader reader, string name) => streams.Find(name, reader.LoadStream);

    // What is beyond the count is gone for readers at once, and from the file when retention comes by.
    private StreamBounds Bounds(StreamState stream)
    {
        var bounds = stream.Bounds;
        return options.RetentionCount == 0 ? bounds : bounds with { Trimmed = Math.Max(bounds.Trimmed, bounds.Head - options.RetentionCount) };
    }

    private async ValueTask<T> UseAsync<T>(Func<LogReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await readers.UseAsync(read, cancellationToken);
        }
        catch (SqliteException e)
        {
            LogReadFailed(logger, e.Message);
            throw new LogUnavailableException("The message log cannot be read now.", e);
        }
    }

    private void WriteMark(bool clean)
    {
        lock (markGate)
        {
            var next = mark with { LastCommit = transaction.LastNumber, Clean = clean };
            // A tick of the timer may come after the last word.
            if (next == mark || mark.Clean)
                return;
            try
            {
                next.Write(opened.Database.Path);
                mark = next;
            }
            catch (Exception e)
            {
                // Nothing depends on it until the next start, and the next tick tries again.
                LogMarkFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "The message log cannot be read: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The log's mark cannot be written: {Reason}")]
    private static partial void LogMarkFailed(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "Messages are missing from the message log: its file is damaged.")]
    private static partial void LogHole(ILogger logger);
}
