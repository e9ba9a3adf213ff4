namespace Chat.Server.Messaging;

/// <summary>A valid message before it is appended.</summary>
/// <param name="Key">The sender's idempotency key, which becomes the message's id; null lets the log make one.</param>
internal sealed record Draft(string From, string To, string Content, string? Key)
{
    public override string ToString() => $"draft from {From} to {To}";
}
