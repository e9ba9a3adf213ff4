namespace Chat.Server.Storage.Sqlite;

/// <summary>Something for the writer to do inside its next transaction.</summary>
internal abstract class WriterWork
{
    /// <summary>What it costs the queue while it waits, in bytes.</summary>
    public virtual int Bytes => 256;

    /// <summary>The most that it gives one reader to read, in bytes.</summary>
    public virtual int BytesToDeliver => 0;

    /// <summary>Does it. Whatever it throws undoes the whole transaction: a refusal is kept, not thrown.</summary>
    public abstract void Apply(LogTransaction transaction);

    /// <summary>The transaction is durable.</summary>
    public abstract void Committed();

    /// <summary>The transaction was undone.</summary>
    public abstract void Failed(Exception reason);
}
