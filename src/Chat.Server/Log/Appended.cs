using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>The result of appending a draft.</summary>
/// <param name="Receipt">The answer to the sender.</param>
/// <param name="Entry">The recipient's entry; null for a duplicate, which is not delivered again.</param>
/// <param name="SentCopy">The sender's own entry; null for a duplicate, and when the sender keeps no copy.</param>
internal sealed record Appended(Receipt Receipt, Message? Entry, Message? SentCopy) : ILogChange
{
    public bool Duplicate => Receipt.Duplicate;

    /// <summary>Timestamp at which the draft entered the queue.</summary>
    public long AddedAt { get; set; }
}
