namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Numbers messages and other changes in log order. Belongs to the writer; any thread may read <see cref="Last"/>.</summary>
internal sealed class LogNumbers
{
    private readonly Statement save;
    private long last, next;
    private bool hasOtherChange;

    /// <param name="session">The writer's.</param>
    /// <param name="last">Number of the newest message or other change in the file.</param>
    public LogNumbers(SqliteSession session, long last)
    {
        (this.last, next) = (last, last + 1);
        save = session.Prepare("UPDATE log SET last_number = max(last_number, ?)");
    }

    /// <summary>Number of the newest committed message or other change.</summary>
    public long Last => Volatile.Read(ref last);

    public long Take() => next++;

    /// <summary>Lets the transaction take a number for a change other than a message.</summary>
    /// <remarks>The log's mark then shows that an older file lacks it.</remarks>
    public void CountOtherChange() => hasOtherChange = true;

    public void BeforeCommit()
    {
        if (hasOtherChange)
            Save(Take());
    }

    /// <summary>Stores the last number, for the case that no message in the file has it.</summary>
    public void SaveLast() => Save(last);

    public void MarkCommitted()
    {
        Volatile.Write(ref last, next - 1);
        hasOtherChange = false;
    }

    public void DiscardUncommitted() => (next, hasOtherChange) = (last + 1, false);

    private void Save(long number) => save.Bind(1, number).Run();
}
