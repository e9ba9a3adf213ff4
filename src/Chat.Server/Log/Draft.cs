namespace Chat.Server.Log;

/// <summary>A valid message before it is appended.</summary>
/// <param name="Key">The sender's idempotency key, which becomes the message's id; null lets the log make one.</param>
/// <param name="IsPush">Whether a back end sends it: to any room, and with a receipt of the recipient's entry.</param>
/// <param name="KeepsCopy">Whether the sender keeps a copy of it, if it goes to another user.</param>
/// <param name="MailboxLimit">Asked if the recipient's stream does not exist yet; null for who may begin as many as it likes.</param>
internal sealed record Draft(
    string From, string To, string Content, string? Key, bool IsPush = false, bool KeepsCopy = true, IMailboxLimit? MailboxLimit = null)
{
    public bool IsToRoom => To[0] == '#';

    /// <summary>Whether it is appended to the sender's own mailbox as well.</summary>
    public bool HasSentCopy => KeepsCopy && !IsToRoom && From != To;

    public override string ToString() => $"draft from {From} to {To}";
}
