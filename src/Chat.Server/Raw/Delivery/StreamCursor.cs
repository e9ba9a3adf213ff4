namespace Chat.Server.Raw.Delivery;

/// <summary>How far a raw connection has been sent one stream. Belongs to its <see cref="Outbox"/>, and is changed under its lock.</summary>
/// <param name="name">The stream.</param>
/// <param name="after">The offset to begin after.</param>
internal sealed class StreamCursor(string name, long after)
{
    private volatile bool ended;

    public string Name => name;

    /// <summary>The offset that follows what is queued or sent.</summary>
    public long Next { get; set; } = after + 1;

    /// <summary>The newest offset that the connection was told of.</summary>
    public long Newest { get; set; }

    /// <summary>Messages that are queued and not sent yet.</summary>
    public int Waiting { get; set; }

    /// <summary>Whether it is read from the log, and not queued from live delivery.</summary>
    public bool IsBehind { get; set; } = true;

    /// <summary>Whether the stream is not the user's any more. Nobody sends anything of it from then on.</summary>
    public bool HasEnded
    {
        get => ended;
        set => ended = value;
    }
}
