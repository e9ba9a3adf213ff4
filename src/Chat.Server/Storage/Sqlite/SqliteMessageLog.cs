using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Reading;
using Chat.Server.Storage.Sqlite.Retention;
using Chat.Server.Storage.Sqlite.Writing;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite;

/// <summary>The log in one SQLite file: one writer thread that commits in groups, and a pool of readers.</summary>
internal sealed partial class SqliteMessageLog : IStorage, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(1);

    // More attempts are needed only if retention trims the stream between all of them.
    private const int MaxReadAttempts = 10;

    // Keeps failed logs from the finalizer, which would close their connections.
    private static readonly ConcurrentBag<SqliteMessageLog> NeverClosed = [];

    private readonly OpenedLog opened;
    private readonly ICommitListener listener;
    private readonly MessagingOptions options;
    private readonly StreamTable streams;
    private readonly LogTransaction transaction;
    private readonly MessageRetention retention;
    private readonly RetentionSweep sweep;
    private readonly Checkpoints checkpoints;
    private readonly UnusedPages? unused;
    private readonly LogBackup backup;
    private readonly WriterQueue queue;
    private readonly LogWriter writer;
    private readonly LogReaderPool readers;
    private readonly ILogger<SqliteMessageLog> logger;
    private readonly Lock markGate = new();
    private readonly ITimer sweepTimer, markTimer;
    private LogMark mark;
    private bool disposed;

    /// <param name="path">The database file.</param>
    /// <param name="storage">Settings of the file and the queue.</param>
    /// <param name="options">Settings of retention.</param>
    /// <param name="listener">Receives each commit.</param>
    /// <param name="fail">Called by the writer when it is unknown what the file holds.</param>
    /// <param name="time">Clock and timers of retention and the mark.</param>
    /// <param name="logger">Receives warnings for the operator.</param>
    /// <exception cref="LogOpenException">The file cannot be used.</exception>
    public SqliteMessageLog(
        string path, StorageOptions storage, MessagingOptions options, ICommitListener listener, Action<Exception> fail,
        TimeProvider time, ILogger<SqliteMessageLog> logger)
    {
        (this.options, this.listener, this.logger) = (options, listener, logger);
        // The machine's clock: a test's clock would not measure the writer's speed.
        queue = new WriterQueue(storage.LongestWait, storage.CommitInterval, TimeProvider.System);
        opened = OpenedLog.Open(path, storage, time, logger);
        streams = opened.Streams;
        checkpoints = new Checkpoints(opened.Session, opened.Database);
        transaction = new LogTransaction(opened, checkpoints);
        retention = new MessageRetention(opened, options);
        backup = new LogBackup(opened.Database, time, logger);
        unused = opened.CanShrink ? new UnusedPages(opened.Session, checkpoints, queue, () => backup.IsRunning) : null;
        sweep = new RetentionSweep(retention, queue, SweepEnded);
        readers = new LogReaderPool(opened.Database);
        mark = opened.Mark;
        writer = new LogWriter(queue, transaction, listener, fail, logger);
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

    public Task<Receipt> AppendAsync(Draft draft)
    {
        var work = new AppendWork(draft);
        queue.Add(work);
        return work.Task;
    }

    public async ValueTask ConfirmAsync(IReadOnlyCollection<Confirmation> confirmations) => await Queue(new ChangeWork<int>(transaction =>
    {
        foreach (var confirmation in confirmations)
            transaction.Confirmed.Move(confirmation);
        return confirmations.Count;
    }));

    public Task<Membership> JoinAsync(string user, string room, int maxRooms) =>
        Queue(new MembershipWork(transaction => transaction.Memberships.Join(user, room, maxRooms)));

    public Task<Membership> LeaveAsync(string user, string room) => Queue(new MembershipWork(transaction => transaction.Memberships.Leave(user, room)));

    public Task SetBannedAsync(string user, bool banned) => Queue(new ChangeWork<bool>(transaction =>
    {
        transaction.Bans.Set(user, banned);
        return banned;
    }));

    public Task<TopicValue?> PublishAsync(PendingTopicValue value) =>
        Queue(new PublishWork(transaction => transaction.Topics.Publish(value), value.Value.GetRawText().Length));

    public async Task<ReadMarkMoved> MarkReadAsync(PendingReadMark mark)
    {
        // A reader counts, so that the writer does not wait for it.
        var (known, sent) = await UseAsync(
            reader =>
            {
                var known = reader.FindReadMark(mark.User, mark.Conversation);
                // Counting up to an old message reads all messages after it.
                var stream = known?.Offset >= mark.Offset ? null : FindStream(reader, mark.Stream);
                return (known, stream is null ? null : reader.CountSent(stream.View(mark.Peer), mark.Peer, mark.Offset));
            },
            CancellationToken.None);
        if (known?.Offset >= mark.Offset || (known is null && sent is null && !mark.IsRoom))
            return new ReadMarkMoved(mark.User, mark.MarkAt(new Position(Epoch, known?.Offset ?? 0).ToString()), mark.Connection, IsNew: false);
        return await Queue(new MarkReadWork(transaction => transaction.ReadMarks.MarkRead(mark, sent ?? 0)));
    }

    public ValueTask<ConversationsAnswer?> GetConversationsAsync(string user, string? before, PageLimit limit, CancellationToken cancellationToken) =>
        UseAsync(
            reader =>
            {
                var rooms = reader.Members.Rooms(user).Select(room => (room.Stream, FindStream(reader, room.Stream)?.View(user))).ToList();
                var mailbox = FindStream(reader, user)?.View(null);
                return reader.Conversations(new ConversationQuery(user, mailbox, rooms, before, limit, options.RetentionCount, opened.Ids));
            },
            cancellationToken);

    public ValueTask<StreamBounds> GetBoundsAsync(string stream, CancellationToken cancellationToken) =>
        !writer.HasFailed && streams.Find(stream) is { } known
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
        !writer.HasFailed && streams.Find(query.Stream) is { } known && query.After >= known.Bounds.Head
            ? ValueTask.FromResult(new StreamPage([], Bounds(known), More: false))
            : UseAsync(reader => Read(reader, query), cancellationToken);

    public async ValueTask<string?> TroubleAsync()
    {
        if (writer.HasFailed)
            return LogUnavailableException.Failed;
        try
        {
            // Without sends nothing would show that the log can be written again.
            if (writer.IsUnavailable)
                await Queue(new ChangeWork<bool>(transaction =>
                {
                    transaction.Numbers.SaveLast();
                    return true;
                }));
            return opened.Database.FreeBytes < SqliteFile.LeastFreeBytes ? "The disk is almost full." : null;
        }
        catch (LogUnavailableException)
        {
            return "The message log cannot be written.";
        }
    }

    /// <summary>Writes all accepted work items, and marks the log as closed in order.</summary>
    public void Dispose()
    {
        // The container disposes the log once for each interface.
        if (Interlocked.Exchange(ref disposed, true))
            return;
        sweepTimer.Dispose();
        markTimer.Dispose();
        backup.Dispose();
        queue.Close();
        writer.Join();
        listener.OnClosed();
        readers.Dispose();
        unused?.Dispose();
        checkpoints.Stop();
        // Closing the last connection would write to the file. Only a new process may write again: it first reads what is durable.
        if (writer.HasFailed)
        {
            NeverClosed.Add(this);
            return;
        }
        WriteMark(clean: true);
        checkpoints.Dispose();
        opened.Dispose();
    }

    private void SweepEnded()
    {
        streams.RemoveIdle(opened.Index.Written, options.RetentionCount);
        unused?.Start();
    }

    private Task<T> Queue<T>(ChangeWork<T> work)
    {
        queue.Add(work);
        return work.Task;
    }

    private StreamPage Read(LogReader reader, StreamQuery query)
    {
        if (FindStream(reader, query.Stream) is not { } stream)
            return new StreamPage([], default, More: false);
        var bounds = Bounds(stream);
        for (var attempt = 0; attempt < MaxReadAttempts; attempt++)
        {
            var page = new PageCollector(query.Stream, opened.Ids, query.Limit);
            var after = Math.Max(query.After ?? 0, bounds.Trimmed);
            reader.Read(stream, after, query.Before ?? long.MaxValue, query, page);
            if (query.After is null)
                page.Messages.Reverse();
            if (query is not { After: not null, With: null } || page.IsWhole(after, Math.Min(bounds.Head, (query.Before ?? long.MaxValue) - 1)))
                return new StreamPage(page.Messages, bounds, page.More);
            // Retention may have removed the first messages since the bounds were read. The file shows it before memory does.
            var trimmed = Math.Max(bounds.Trimmed, reader.FindStream(query.Stream)?.Bounds.Trimmed ?? 0);
            bounds = new StreamBounds(trimmed, Math.Max(trimmed, bounds.Head));
        }
        LogHole(logger);
        throw new LogUnavailableException("Messages of this stream are missing from the message log.");
    }

    // Memory first: a stream that is not there was complete in its row at that moment.
    private StreamState? FindStream(LogReader reader, string name) => streams.Find(name) ?? reader.FindStream(name);

    // Messages beyond the count are hidden at once, and removed by the next sweep.
    private StreamBounds Bounds(StreamState stream)
    {
        var bounds = stream.Bounds;
        return options.RetentionCount == 0 ? bounds : bounds with { Trimmed = Math.Max(bounds.Trimmed, bounds.Head - options.RetentionCount) };
    }

    private async ValueTask<T> UseAsync<T>(Func<LogReader, T> read, CancellationToken cancellationToken)
    {
        if (writer.HasFailed)
            throw new LogUnavailableException(LogUnavailableException.Failed);
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
            var next = mark with { LastCommit = transaction.Numbers.Last, Clean = clean };
            // A timer tick may come after the final mark.
            if (next == mark || mark.Clean || writer.HasFailed)
                return;
            try
            {
                next.Write(opened.Database.Path);
                mark = next;
            }
            catch (Exception e)
            {
                // Only the next start reads the mark, and the next tick writes it again.
                LogMarkFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "The message log cannot be read: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The message log's mark cannot be written: {Reason}")]
    private static partial void LogMarkFailed(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "Messages are missing from the message log. Its file is damaged; restore a backup.")]
    private static partial void LogHole(ILogger logger);
}
