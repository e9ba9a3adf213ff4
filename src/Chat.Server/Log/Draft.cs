namespace Chat.Server.Log;

/// <summary>A valid message before it is appended.</summary>
/// <param name="Key">The sender's idempotency key, which becomes the message's id; null if the log makes the id.</param>
/// <param name="IsPush">Whether a back end sends it. It may send to any room, and its receipt names the recipient's entry.</param>
/// <param name="KeepsCopy">Whether the sender keeps a copy of a message to another user.</param>
/// <param name="MailboxLimit">Limits drafts to streams that do not exist yet; null for no limit.</param>
internal sealed record Draft(
    string From, string To, string Content, string? Key, bool IsPush = false, bool KeepsCopy = true, IMailboxLimit? MailboxLimit = null)
{
    public bool IsToRoom => To[0] == '#';

    /// <summary>Whether the log also appends it to the sender's own mailbox.</summary>
    public bool HasSentCopy => KeepsCopy && !IsToRoom && From != To;

    public override string ToString() => $"draft from {From} to {To}";
}
