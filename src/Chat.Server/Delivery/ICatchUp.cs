namespace Chat.Server.Delivery;

/// <summary>A feature of connections that deliver their user's streams themselves, from the log and live.</summary>
internal interface ICatchUp
{
    /// <summary>Starts a stream. The connection is in the stream's group and receives every message committed from now on. It reads the earlier
    /// messages after an offset from the log.</summary>
    void Begin(string stream, long after);

    /// <summary>Passes a sent copy of the user's mailbox: it needs no frame. Called in the order of the mailbox's messages.</summary>
    void PassSentCopy(long offset);

    /// <summary>Stops a stream that the user has lost. Nothing of it is delivered from now on.</summary>
    void End(string stream);
}
