namespace Chat.Server.Raw.Delivery;

/// <summary>The progress of one stream on one raw connection. Always Confirmed ≤ Asked ≤ Sent ≤ Queued.</summary>
/// <remarks>Read and changed under the lock of <see cref="RawDelivery"/>; only <see cref="HasEnded"/> is read without it.</remarks>
/// <param name="name">The stream.</param>
/// <param name="after">The offset to begin after: the user's confirmed position.</param>
internal sealed class StreamCursor(string name, long after)
{
    private volatile bool ended;

    public string Name => name;

    /// <summary>The last offset that was queued, sent from the log, or needs no frame (a sent copy).</summary>
    public long Queued { get; set; } = after;

    /// <summary>The last offset that was written to the socket, or needs no frame.</summary>
    public long Sent { get; set; } = after;

    /// <summary>The value of <see cref="Sent"/> when the last ping was asked for.</summary>
    public long Asked { get; set; } = after;

    /// <summary>The last offset that the client has read.</summary>
    public long Confirmed { get; set; } = after;

    /// <summary>The value of <see cref="Sent"/> at the last mark. Used only while the client has answered no ping.</summary>
    public long LastPoint { get; set; } = after;

    /// <summary>The newest offset that live delivery has announced.</summary>
    public long Newest { get; set; }

    /// <summary>Messages in the send queue that are not sent yet.</summary>
    public int Waiting { get; set; }

    /// <summary>True while the sender reads the stream from the log, and live messages are not queued.</summary>
    public bool IsBehind { get; set; } = true;

    /// <summary>True once the user has left the stream. From then on nothing of it is sent or confirmed.</summary>
    public bool HasEnded
    {
        get => ended;
        set => ended = value;
    }
}
