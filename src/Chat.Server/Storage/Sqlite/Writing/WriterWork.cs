using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>A work item for the writer's next transaction.</summary>
internal abstract class WriterWork
{
    /// <summary>Estimated memory of a work item without content, in bytes.</summary>
    protected const int BaseBytes = 256;

    /// <summary>Memory that the work item takes in the queue, in bytes.</summary>
    public virtual int Bytes => BaseBytes;

    /// <summary>Whether the work item expires in the queue. Messages and values do: their senders wait, and can send again. Memberships, bans, read marks
    /// and the server's own items do not.</summary>
    public virtual bool MayExpire => false;

    /// <summary>Timestamp at which the work item entered the queue; set only if it may expire.</summary>
    public long AddedAt { get; set; }

    /// <summary>Most bytes that the delivery of this item sends to one connection.</summary>
    public virtual int BytesToDeliver => 0;

    /// <summary>Whether the listener completes the work item, in log order; otherwise the writer does.</summary>
    public virtual bool IsDelivered => false;

    /// <summary>The change to deliver; null if there is none.</summary>
    public virtual ILogChange? Change => null;

    /// <summary>The reason for which this work item alone was refused; null if it was not.</summary>
    protected ChatException? Refusal { get; private set; }

    /// <summary>Does the work. A refusal concerns this work item alone; any other exception rolls the transaction back.</summary>
    public void Apply(LogTransaction transaction)
    {
        try
        {
            Write(transaction);
        }
        catch (ChatException e)
        {
            Refusal = e;
        }
    }

    /// <summary>Completes the call: the transaction is durable, and its delivery has started.</summary>
    public abstract void Complete();

    /// <summary>Fails the call: the transaction was rolled back, or the work item expired.</summary>
    public abstract void Fail(Exception reason);

    /// <exception cref="ChatException">The work item is refused; nothing was written.</exception>
    protected abstract void Write(LogTransaction transaction);
}
