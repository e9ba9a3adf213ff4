using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Log;

namespace Chat.Server.Conversations;

/// <summary>Answers whom a user talks with, and keeps how far it has read.</summary>
internal sealed class ConversationList(IConversationLog conversations, IMessageLog log, IMembershipLog memberships, ReadTurns turns)
{
    /// <exception cref="ChatException"><c>bad_request</c> or <c>unavailable</c>.</exception>
    public async Task<ConversationsAnswer> ReadAsync(string user, ConversationsRequest request, CancellationToken cancellationToken)
    {
        var limit = new PageLimit(StreamHistory.LimitOf(request.Limit), StreamHistory.MaxAnswerBytes);
        using var turn = await turns.TakeAsync(user, cancellationToken);
        return await conversations.GetConversationsAsync(user, request.Before, limit, cancellationToken)
            ?? throw new ChatException(ChatError.BadRequest, "before is the name of a conversation of yours.");
    }

    /// <summary>Marks a conversation as read; completes once that is durable, and the user's other devices are being told.</summary>
    /// <param name="connection">The connection that asks.</param>
    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public async Task<MarkReadAnswer> MarkAsync(string user, string connection, MarkReadRequest request, CancellationToken cancellationToken)
    {
        if (request is { With: null, Room: null } or { With: not null, Room: not null })
            throw new ChatException(ChatError.BadRequest, "Name a person (with) or a room (room).");
        if (request.With is { } with && Name.ProblemWithUserId(with) is { } problem)
            throw new ChatException(ChatError.BadRequest, $"with is not a valid user id. {problem}");
        if (request.Room is not null && Name.ProblemWithRoom(request.Room) is { } roomProblem)
            throw new ChatException(ChatError.BadRequest, $"room is not a valid name. {roomProblem}");
        if (request.Room is { } room && !await memberships.IsMemberAsync(user, room, cancellationToken))
            throw new ChatException(ChatError.Forbidden, "That room is not yours.");
        if (!Position.TryParse(request.Position, out var position))
            throw new ChatException(ChatError.BadRequest, "That is not a position.");
        var draft = new PendingReadMark(user, request.With ?? request.Room!, position.Offset, connection);
        if (position.Epoch != log.Epoch || position.Offset > (await log.GetBoundsAsync(draft.Stream, cancellationToken)).Head)
            throw new ChatException(ChatError.BadRequest, "The position is not one of this conversation.");
        using var turn = await turns.TakeAsync(user, cancellationToken); // to move a mark is to count what comes after it
        return new MarkReadAnswer((await conversations.MarkReadAsync(draft)).Mark.Position);
    }
}
