using Chat.Server.Storage.Sqlite.Files;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The writer's transaction, reused for each batch. Its parts write the tables and assign offsets, which count only after the commit.</summary>
internal sealed class LogTransaction
{
    private readonly SqliteSession session;
    private readonly Checkpoints checkpoints;
    private readonly LogTimes times;
    private readonly Statement begin, commit, rollback;

    public LogTransaction(OpenedLog log, Checkpoints checkpoints)
    {
        (session, times, Index, this.checkpoints) = (log.Session, log.Times, log.Index, checkpoints);
        begin = session.Prepare("BEGIN IMMEDIATE");
        commit = session.Prepare("COMMIT");
        rollback = session.Prepare("ROLLBACK");
        var members = new MemberRows(session);
        Numbers = new LogNumbers(session, log.LastNumber);
        Streams = new StreamRows(session, log.Streams);
        Messages = new MessageRows(log, Numbers, Streams, members);
        Confirmed = new ConfirmedRows(session);
        ReadMarks = new ReadMarkRows(session, members, log.Epoch);
        Memberships = new Memberships(Numbers, Streams, Messages, members, Confirmed, ReadMarks);
        Topics = new TopicRows(session, Numbers, times);
        Bans = new BanRows(session, Numbers);
    }

    public LogIndex Index { get; }
    public LogNumbers Numbers { get; }
    public StreamRows Streams { get; }
    public MessageRows Messages { get; }
    public ConfirmedRows Confirmed { get; }
    public ReadMarkRows ReadMarks { get; }
    public Memberships Memberships { get; }
    public TopicRows Topics { get; }
    public BanRows Bans { get; }

    public void Begin()
    {
        checkpoints.BeforeTransaction();
        begin.Run();
        times.Begin(Numbers.Last);
    }

    /// <summary>Makes everything durable.</summary>
    public void Commit()
    {
        Index.WriteSlice(Messages.Uncommitted);
        Numbers.BeforeCommit();
        commit.Run();
    }

    /// <summary>Shows the committed changes to all threads. It cannot be undone.</summary>
    public void MarkCommitted()
    {
        Index.MarkSliceWritten();
        Numbers.MarkCommitted();
        Messages.MarkCommitted();
        times.MarkCommitted();
        Streams.MarkCommitted();
    }

    /// <summary>Undoes everything, in the file and in memory.</summary>
    public void Rollback()
    {
        if (session.IsInTransaction)
            rollback.Run();
        Numbers.DiscardUncommitted();
        Messages.DiscardUncommitted();
        Streams.DiscardUncommitted();
        times.DiscardUncommitted();
    }
}
