namespace Chat.Server.Operations;

/// <summary>The totals since the server's start, for code that cannot read the metrics.</summary>
internal sealed class ServerCounts
{
    private long messagesIn, messagesOut, refused, slowCloses, duplicates, catchUps;
    private int hubConnections, rawConnections;

    public long MessagesIn => Interlocked.Read(ref messagesIn);
    public long MessagesOut => Interlocked.Read(ref messagesOut);
    public long Refused => Interlocked.Read(ref refused);
    public long SlowCloses => Interlocked.Read(ref slowCloses);
    public long Duplicates => Interlocked.Read(ref duplicates);
    public long CatchUps => Interlocked.Read(ref catchUps);
    public int HubConnections => Volatile.Read(ref hubConnections);
    public int RawConnections => Volatile.Read(ref rawConnections);

    /// <summary>The counts of the last seconds; null while the server's statistics have no subscriber.</summary>
    public RecentCounts? Recent { get; set; }

    public void Connected(string kind, int by) => Interlocked.Add(ref (kind == "raw" ? ref rawConnections : ref hubConnections), by);

    public void CountRefusal() => Interlocked.Increment(ref refused);

    public void CountSlowClose() => Interlocked.Increment(ref slowCloses);

    public void CountCatchUp() => Interlocked.Increment(ref catchUps);

    public void CountAppend(TimeSpan latency, bool duplicate)
    {
        if (duplicate)
            Interlocked.Increment(ref duplicates);
        Recent?.CountAppend(latency);
    }

    public void CountCommit(int messages)
    {
        if (messages == 0)
            return; // a commit of other changes
        Interlocked.Add(ref messagesIn, messages);
        Recent?.CountCommit(messages);
    }

    public void CountDelivery(string stream, int messages, int subscribers)
    {
        Interlocked.Add(ref messagesOut, (long)messages * subscribers);
        if (stream[0] == '#')
            Recent?.CountDelivery(stream, messages);
    }
}
