namespace Chat.Server.Log;

/// <summary>Bounds how many streams one sender begins: mailboxes of people who were never heard of, and rooms in which nothing was said before.</summary>
internal interface IMailboxLimit
{
    /// <summary>Counts one; false when the sender has made too many of late. Asked by the log's writer, and must not wait.</summary>
    bool TryOpen(string sender);
}
