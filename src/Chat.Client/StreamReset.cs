using Chat.Protocol;

namespace Chat.Client;

/// <summary>There is no going on where a stream was left: what follows begins at the oldest message that is kept, and may repeat some.</summary>
/// <param name="Stream">The stream: the user's mailbox or a room.</param>
/// <param name="Reason"><see cref="ResumedStream.EpochChanged"/>: the log was replaced, and what was held of the stream may be no part of it;
/// <see cref="ResumedStream.Trimmed"/>: retention has removed messages that were not read.</param>
public sealed record StreamReset(string Stream, string Reason);
