using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Stores the messages: a gapless stream for every mailbox and room.</summary>
/// <remarks>Safe for concurrent callers. A call throws <see cref="LogUnavailableException"/> when the log cannot serve it now and nothing was stored,
/// <see cref="LogFailedException"/> when the log has failed and the outcome is unknown, and on cancellation. Others are named at the call.</remarks>
internal interface IMessageLog
{
    /// <summary>Identifies the log's history. Within an epoch, an offset names one message for ever.</summary>
    string Epoch { get; }

    /// <summary>Appends one draft to the recipient's stream, and to the sender's own if it keeps a copy, and returns its receipt.</summary>
    /// <remarks>All or nothing. The log orders the call before it returns, so that one caller's messages are appended in the order of its calls.
    /// When the task completes, the message is durable, and the <see cref="ICommitListener"/> has received it. Offsets of a stream follow commit
    /// order and have no holes: a client that has read n never finds a new message below n later. A draft with a used key appends nothing, and
    /// returns the first receipt with <see cref="Receipt.Duplicate"/>.</remarks>
    /// <exception cref="ChatException"><c>key_conflict</c>: the key was used for another message; <c>forbidden</c>: the sender is not in
    /// the room; <c>rate_limited</c>: the sender may not create another stream now.</exception>
    Task<Receipt> AppendAsync(Draft draft);

    /// <summary>Returns the bounds of a stream. An unknown stream is empty.</summary>
    ValueTask<StreamBounds> GetBoundsAsync(string stream, CancellationToken cancellationToken);

    /// <summary>Reads the oldest messages after an offset, or the newest before one. Both pages are sorted oldest first.</summary>
    ValueTask<StreamPage> ReadAsync(StreamQuery query, CancellationToken cancellationToken);

    /// <summary>Returns the offset up to which the user has confirmed the stream; 0 at first.</summary>
    ValueTask<long> GetConfirmedAsync(string user, string stream, CancellationToken cancellationToken);

    /// <summary>Returns user ids that have a mailbox and begin with the prefix, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> GetUsersAsync(string prefix, int limit, CancellationToken cancellationToken);

    /// <summary>Moves confirmed offsets forward, never back; durable when the task completes.</summary>
    ValueTask ConfirmAsync(IReadOnlyCollection<Confirmation> confirmations);
}
