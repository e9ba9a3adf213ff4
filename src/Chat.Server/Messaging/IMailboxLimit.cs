namespace Chat.Server.Messaging;

/// <summary>Bounds how many mailboxes one sender makes by writing to people who were never heard of.</summary>
internal interface IMailboxLimit
{
    /// <summary>Counts one; false when the sender has made too many of late. Asked by the log's writer, and must not wait.</summary>
    bool TryOpen(string sender);
}
