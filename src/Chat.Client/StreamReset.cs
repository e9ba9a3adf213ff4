using Chat.Protocol;

namespace Chat.Client;

/// <summary>Tells that a stream cannot continue from its saved position. The next message is the oldest kept one, and messages may repeat.</summary>
/// <param name="Stream">The stream: the user's mailbox or a room.</param>
/// <param name="Reason"><see cref="ResumedStream.EpochChanged"/>: the log was replaced, and earlier messages of the stream may not be in it.
/// <see cref="ResumedStream.Trimmed"/>: retention has removed unread messages.</param>
public sealed record StreamReset(string Stream, string Reason);
