using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Log;

namespace Chat.Server.Conversations;

/// <summary>The conversations and read marks of users.</summary>
internal sealed class ConversationList(IConversationLog conversations, IMessageLog log, IMembershipLog memberships, ReadTurns turns)
{
    /// <exception cref="ChatException"><c>bad_request</c> or <c>unavailable</c>.</exception>
    public async Task<ConversationsAnswer> ReadAsync(string user, ConversationsRequest request, CancellationToken cancellationToken)
    {
        var limit = new PageLimit(StreamHistory.LimitOf(request.Limit), StreamHistory.MaxAnswerBytes);
        using var turn = await turns.TakeAsync(user, cancellationToken);
        return await conversations.GetConversationsAsync(user, request.Before, limit, cancellationToken)
            ?? throw new ChatException(ChatError.BadRequest, "before must name one of your conversations.");
    }

    /// <summary>Moves a read mark. Completes once the mark is durable and its delivery to the user's other devices has started.</summary>
    /// <param name="connection">The caller's connection, which is not sent the mark.</param>
    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public async Task<MarkReadAnswer> MarkAsync(string user, string connection, MarkReadRequest request, CancellationToken cancellationToken)
    {
        if (request is { With: null, Room: null } or { With: not null, Room: not null })
            throw new ChatException(ChatError.BadRequest, "Give either with (a user id) or room.");
        if (request.With is { } with && Name.ProblemWithUserId(with) is { } problem)
            throw new ChatException(ChatError.BadRequest, $"with is not a valid user id. {problem}");
        if (request.Room is not null && Name.ProblemWithRoom(request.Room) is { } roomProblem)
            throw new ChatException(ChatError.BadRequest, $"room is not a valid name. {roomProblem}");
        if (request.Room is { } room && !await memberships.IsMemberAsync(user, room, cancellationToken))
            throw new ChatException(ChatError.Forbidden, "You are not a member of this room.");
        if (!Position.TryParse(request.Position, out var position))
            throw new ChatException(ChatError.BadRequest, "The position is malformed. Send one that the server returned.");
        var pending = new PendingReadMark(user, request.With ?? request.Room!, position.Offset, connection);
        if (position.Epoch != log.Epoch || position.Offset > (await log.GetBoundsAsync(pending.Stream, cancellationToken)).Head)
            throw new ChatException(ChatError.BadRequest, "The position is of another epoch, or beyond the conversation's newest message.");
        using var turn = await turns.TakeAsync(user, cancellationToken); // the log reads the messages after the mark to count them
        return new MarkReadAnswer((await conversations.MarkReadAsync(pending)).Mark.Position);
    }
}
