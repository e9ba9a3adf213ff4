using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Something that the log's readers hear of once it is durable.</summary>
internal interface ICommitted;

/// <summary>What became of a draft.</summary>
/// <param name="Receipt">The answer to the sender.</param>
/// <param name="Entry">The recipient's entry; null for a duplicate, which is delivered no second time.</param>
/// <param name="SentCopy">The sender's own entry; null for a duplicate, and where there is none.</param>
internal sealed record Appended(Receipt Receipt, Message? Entry, Message? SentCopy) : ICommitted
{
    public bool Duplicate => Receipt.Duplicate;
}

/// <summary>A user is a member of a room now, or none.</summary>
/// <param name="IsNew">False when it was so before: then nobody needs to hear of it.</param>
/// <param name="Head">Offset of the room's newest message: what follows it is the new member's.</param>
internal sealed record Membership(string User, string Room, bool IsMember, bool IsNew, long Head) : ICommitted;

/// <summary>What was committed together, in order.</summary>
internal abstract class CommittedBatch
{
    public abstract IReadOnlyList<ICommitted> Items { get; }

    /// <summary>Completes the calls that waited for it: its delivery has begun.</summary>
    public abstract void Acknowledge();
}
