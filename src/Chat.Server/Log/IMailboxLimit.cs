namespace Chat.Server.Log;

/// <summary>Limits how many streams one sender creates: mailboxes of new users, and rooms without messages.</summary>
internal interface IMailboxLimit
{
    /// <summary>Counts a new stream; false if the sender has reached its limit. The log's writer calls it, so it must not block.</summary>
    bool TryOpen(string sender);
}
