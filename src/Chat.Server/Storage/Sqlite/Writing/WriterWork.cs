using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Something for the writer to do inside its next transaction.</summary>
internal abstract class WriterWork
{
    /// <summary>What it costs the queue while it waits, in bytes.</summary>
    public virtual int Bytes => 256;

    /// <summary>Whether it is refused rather than done late: messages and values, whose senders wait and can send again. The server's own works,
    /// memberships, bans and read marks are done at any time.</summary>
    public virtual bool MayExpire => false;

    /// <summary>When it entered the queue; known only of what may expire.</summary>
    public long AddedAt { get; set; }

    /// <summary>The most that it gives one reader to read, in bytes.</summary>
    public virtual int BytesToDeliver => 0;

    /// <summary>Whether it is completed by the listener, in the order of the log, and not by the writer.</summary>
    public virtual bool IsDelivered => false;

    /// <summary>What to tell the listener; null when nothing came of it.</summary>
    public virtual ILogChange? Outcome => null;

    /// <summary>Why it was refused; null when it was not.</summary>
    protected ChatException? Refusal { get; private set; }

    /// <summary>Does it. Whatever it throws undoes the whole transaction; a refusal is kept for its caller alone.</summary>
    public void Apply(LogTransaction transaction)
    {
        try
        {
            Change(transaction);
        }
        catch (ChatException e)
        {
            Refusal = e;
        }
    }

    /// <summary>The transaction is durable, and delivered if it is to be.</summary>
    public abstract void Committed();

    /// <summary>The transaction was undone.</summary>
    public abstract void Failed(Exception reason);

    /// <exception cref="ChatException">It is refused, and has changed nothing.</exception>
    protected abstract void Change(LogTransaction transaction);
}
