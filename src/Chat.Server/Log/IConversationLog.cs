using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Reads the conversations of users, and moves their read marks. Part of the log: counts and messages have one order.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation. The cost of a page depends on its own
/// size, not on the mailbox's.</remarks>
internal interface IConversationLog
{
    /// <summary>Reads a page of the user's conversations: newest message first, then rooms without a message by name.</summary>
    /// <remarks>Only kept messages count.</remarks>
    /// <param name="user">The user.</param>
    /// <param name="before">The page begins after this conversation; null begins with the newest.</param>
    /// <param name="limit">Most conversations, and most bytes of their messages.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null if <paramref name="before"/> is not a conversation of the user.</returns>
    ValueTask<ConversationsAnswer?> GetConversationsAsync(string user, string? before, PageLimit limit, CancellationToken cancellationToken);

    /// <summary>Moves a read mark forward, never back. When the task completes, the mark is durable; if it moved, the
    /// <see cref="ICommitListener"/> has received it.</summary>
    /// <remarks>Joining a room sets the mark to the head; leaving deletes it. Without a conversation the log stores no mark, because marks could fill the
    /// disk.</remarks>
    /// <exception cref="ChatException"><c>forbidden</c>: the user is not in the room.</exception>
    Task<ReadMarkMoved> MarkReadAsync(PendingReadMark mark);
}

/// <summary>A read mark before it is moved.</summary>
/// <param name="Conversation">A user id or a room.</param>
/// <param name="Offset">Offset of the last read message, in the user's mailbox or in the room; at most the head.</param>
/// <param name="Connection">The connection that moves the mark; it receives no notice.</param>
internal sealed record PendingReadMark(string User, string Conversation, long Offset, string Connection)
{
    public ReadMark MarkAt(string position) => new(IsRoom ? null : Conversation, IsRoom ? Conversation : null, position);

    public bool IsRoom => Conversation[0] == '#';

    /// <summary>The stream that the offset is in.</summary>
    public string Stream => IsRoom ? Conversation : User;

    /// <summary>The user whose messages the log counts: the other user; in a room the user itself, whose messages are never unread.</summary>
    public string Peer => IsRoom ? User : Conversation;
}

/// <summary>The result of moving a read mark.</summary>
/// <param name="Mark">The current mark.</param>
/// <param name="Connection">The connection that moved the mark.</param>
/// <param name="IsNew">Whether the mark moved; only a move is delivered.</param>
internal sealed record ReadMarkMoved(string User, ReadMark Mark, string Connection, bool IsNew) : ILogChange;
