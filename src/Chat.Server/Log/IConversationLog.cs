using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Who talks with whom, and how far everybody has read. Part of the log: counts and messages have one order.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation. Costs what a page holds, not what a
/// mailbox does.</remarks>
internal interface IConversationLog
{
    /// <summary>A page of the user's conversations: by their newest messages' place in the log, the newest first, then the rooms without a message by
    /// name. What a stream does not keep counts for nothing.</summary>
    /// <param name="user">The user.</param>
    /// <param name="before">The page begins with what is older than this conversation; null begins with the newest.</param>
    /// <param name="limit">Most conversations, and most bytes of their messages.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null when <paramref name="before"/> is no conversation of the user's.</returns>
    ValueTask<ConversationsAnswer?> GetConversationsAsync(string user, string? before, PageLimit limit, CancellationToken cancellationToken);

    /// <summary>Moves the mark forward, never back. When the task completes it is durable and, if it has moved, has been handed to the
    /// <see cref="ICommitListener"/>.</summary>
    /// <remarks>A new member of a room has read it up to its head; one that leaves has read nothing. Of somebody with whom there is no conversation
    /// nothing is kept: or marks would be a way to fill the disk.</remarks>
    /// <exception cref="ChatException"><c>forbidden</c>: the user is not in the room.</exception>
    Task<ReadMarkMoved> MarkReadAsync(PendingReadMark draft);
}

/// <summary>A read mark before it is moved.</summary>
/// <param name="Conversation">A user id or a room.</param>
/// <param name="Offset">Of the last message that was read, in the user's mailbox or in the room: not beyond the head.</param>
/// <param name="Connection">The connection that asks, which need not hear of it.</param>
internal sealed record PendingReadMark(string User, string Conversation, long Offset, string Connection)
{
    public ReadMark MarkAt(string position) => new(IsRoom ? null : Conversation, IsRoom ? Conversation : null, position);

    public bool IsRoom => Conversation[0] == '#';

    /// <summary>The stream that the offset is in.</summary>
    public string Stream => IsRoom ? Conversation : User;

    /// <summary>Whose messages are counted in it: the person's, or in a room the user's own, which are never unread.</summary>
    public string Peer => IsRoom ? User : Conversation;
}

/// <summary>A user has read a conversation further.</summary>
/// <param name="Mark">Where the mark stands.</param>
/// <param name="Connection">The connection that said so.</param>
/// <param name="IsNew">False when it stood there before: then nobody needs to hear of it.</param>
internal sealed record ReadMarkMoved(string User, ReadMark Mark, string Connection, bool IsNew) : ILogChange;
