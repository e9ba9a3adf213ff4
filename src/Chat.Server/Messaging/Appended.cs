using Chat.Protocol;

namespace Chat.Server.Messaging;

/// <summary>What became of a draft.</summary>
/// <param name="Receipt">The answer to the sender.</param>
/// <param name="Entry">The recipient's entry; null for a duplicate, which is delivered no second time.</param>
/// <param name="SentCopy">The sender's own entry; null for a duplicate and for a message to oneself.</param>
internal sealed record Appended(Receipt Receipt, Message? Entry, Message? SentCopy)
{
    public bool Duplicate => Receipt.Duplicate;
}

/// <summary>Messages that were committed together, in order.</summary>
internal abstract class CommittedBatch
{
    public abstract IReadOnlyList<Appended> Messages { get; }

    /// <summary>Completes the appends: their delivery has begun.</summary>
    public abstract void Acknowledge();
}
