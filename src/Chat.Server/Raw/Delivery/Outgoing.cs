using Chat.Server.Topics;

namespace Chat.Server.Raw.Delivery;

/// <summary>One thing to do on the socket.</summary>
/// <param name="Frame">The text frame to send.</param>
/// <param name="Stream">The stream that the frame is from. Without an offset: send what is in the log and has not been sent.</param>
/// <param name="Offset">The frame's offset in it; 0 when it has none.</param>
/// <param name="Value">The subscription whose newest value to send.</param>
/// <param name="Close">How to end the connection.</param>
internal readonly record struct Outgoing(
    ReadOnlyMemory<byte> Frame = default, StreamCursor? Stream = null, long Offset = 0, Subscription? Value = null, CloseFrame? Close = null);

/// <summary>A close of the server's.</summary>
internal sealed record CloseFrame(int Code, string Reason);
