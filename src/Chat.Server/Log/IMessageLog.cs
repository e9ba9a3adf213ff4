namespace Chat.Server.Log;

/// <summary>The durable truth: a gapless stream of messages for every mailbox and room.</summary>
/// <remarks>Safe for concurrent callers. Throws only <see cref="LogUnavailableException"/>, or on cancellation. A failure after which the
/// log cannot know what is durable ends the process: it never reaches a caller.</remarks>
internal interface IMessageLog
{
    /// <summary>Names this life of the log. Offsets are never used twice within one.</summary>
    string Epoch { get; }

    /// <summary>Appends one draft to the recipient's stream, and to the sender's own if it keeps a copy, and returns its entries with their
    /// offsets.</summary>
    /// <remarks>All or nothing. Takes its place in the order before it returns, so that one caller's calls are appended in the order they
    /// were made. When the task completes the message is durable and has been handed to the <see cref="ICommitListener"/>. For each
    /// stream, offsets follow commit order and have no holes: a reader that saw n never later finds a new message below n.
    /// A draft whose key was used before appends nothing and returns the first entry with <see cref="Appended.Duplicate"/>.</remarks>
    /// <exception cref="Protocol.ChatException"><c>key_conflict</c>: the key was used for another message; <c>forbidden</c>: the sender is not in
    /// the room; <c>rate_limited</c>: the sender may not make another mailbox now.</exception>
    ValueTask<Appended> AppendAsync(Draft draft);

    /// <summary>Where a stream begins and ends. A stream that was never written is empty, not an error.</summary>
    ValueTask<StreamBounds> GetBoundsAsync(string stream, CancellationToken cancellationToken);

    /// <summary>Reads the oldest messages after an offset, or the newest before one, as the query says; oldest first either way.</summary>
    ValueTask<StreamPage> ReadAsync(StreamQuery query, CancellationToken cancellationToken);

    /// <summary>The offset up to which the user has confirmed the stream; 0 at first.</summary>
    ValueTask<long> GetConfirmedAsync(string user, string stream, CancellationToken cancellationToken);

    /// <summary>User ids that have a mailbox and begin with the prefix, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> GetUsersAsync(string prefix, int limit, CancellationToken cancellationToken);

    /// <summary>Moves confirmed offsets forward, never back; durable when the task completes.</summary>
    ValueTask ConfirmAsync(IReadOnlyCollection<Confirmation> confirmations);
}
