using Chat.Server.Topics;

namespace Chat.Server.Raw.Delivery;

/// <summary>One item for the sender of a raw connection.</summary>
/// <param name="Kind">The kind of item.</param>
/// <param name="Frame">The text frame of a message or notice.</param>
/// <param name="Subject">The <see cref="StreamCursor"/> of a message or catch-up, the <see cref="Subscription"/> of a value, or the
/// <see cref="CloseFrame"/> of a close.</param>
/// <param name="Number">The offset of a message; the number of a ping.</param>
internal readonly record struct Outgoing(OutgoingKind Kind, ReadOnlyMemory<byte> Frame, object? Subject, long Number)
{
    public static Outgoing Message(StreamCursor stream, long offset, ReadOnlyMemory<byte> frame) => new(OutgoingKind.Message, frame, stream, offset);

    public static Outgoing ServerFrame(ReadOnlyMemory<byte> frame) => new(OutgoingKind.ServerFrame, frame, null, 0);

    public static Outgoing CatchUp(StreamCursor stream) => new(OutgoingKind.CatchUp, default, stream, 0);

    public static Outgoing Value(Subscription subscription) => new(OutgoingKind.Value, default, subscription, 0);

    public static Outgoing Ping(long number) => new(OutgoingKind.Ping, default, null, number);

    public static Outgoing Close(CloseFrame close) => new(OutgoingKind.Close, default, close, 0);
}

internal enum OutgoingKind : byte
{
    /// <summary>Send a live message of a stream.</summary>
    Message,

    /// <summary>Send a frame that is not in the log.</summary>
    ServerFrame,

    /// <summary>Send a stream from the log until it is live.</summary>
    CatchUp,

    /// <summary>Send the newest value of a subscription.</summary>
    Value,

    /// <summary>Send a ping.</summary>
    Ping,

    /// <summary>Close the connection.</summary>
    Close,
}

/// <summary>A close frame of the server.</summary>
internal sealed record CloseFrame(int Code, string Reason);
