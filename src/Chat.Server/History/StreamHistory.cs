using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Sending;

namespace Chat.Server.History;

/// <summary>Answers what a user has missed, and what was said before.</summary>
internal sealed class StreamHistory(IMessageLog log, IMembershipLog memberships, ConfirmedPositions confirmed, ReadTurns turns, IMessageMeter meter)
{
    /// <summary>The most that one answer holds, of messages as JSON.</summary>
    public const int MaxAnswerBytes = 512 << 10;

    // One answer must fit a connection's queue together with what is live meanwhile.
    private static readonly PageLimit MaxPage = new(ReadRequest.MaxLimit, MaxAnswerBytes);

    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public async Task<ResumeAnswer> ResumeAsync(string user, ResumeRequest request, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(user, cancellationToken);
        var positions = request.Positions ?? new Dictionary<string, string?>();
        var own = new List<Confirmation> { new(user, user, await confirmed.GetAsync(user, user, cancellationToken)) };
        foreach (var room in await memberships.GetRoomsAsync(user, cancellationToken))
            own.Add(room with { Offset = confirmed.Newest(room) });
        if (positions.Keys.Except(own.Select(stream => stream.Stream), StringComparer.Ordinal).Any())
            throw NotYours();

        var streams = new List<ResumedStream>(own.Count);
        var limit = MaxPage with { Bytes = MaxAnswerBytes - own.Sum(stream => MessageSize.InResume(stream.Stream)) };
        foreach (var stream in own)
        {
            var resumed = await ResumeAsync(stream, positions.GetValueOrDefault(stream.Stream), limit, cancellationToken);
            streams.Add(resumed);
            limit = limit.After(resumed.Messages);
        }
        return new ResumeAnswer(user, streams);
    }

    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public async Task<ReadAnswer> ReadAsync(string user, ReadRequest request, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(user, cancellationToken);
        var stream = await RequireOwnAsync(user, request.Stream, cancellationToken);
        var limit = LimitOf(request.Limit);
        if (request is { After: not null, Before: not null })
            throw new ChatException(ChatError.BadRequest, "Read after a position or before one, not both.");
        if (request.With is not null && stream != user)
            throw new ChatException(ChatError.BadRequest, "with narrows the mailbox only.");
        if (request.With is { } with && Name.ProblemWithUserId(with) is { } problem)
            throw new ChatException(ChatError.BadRequest, $"with is not a valid user id. {problem}");
        // A position of another epoch is no place in this one: then the page begins at the oldest, or at the newest.
        var after = request.After is null ? (long?)null : Parse(request.After) is var p && p.Epoch == log.Epoch ? p.Offset : 0;
        var before = request.Before is null ? (long?)null : Parse(request.Before) is var q && q.Epoch == log.Epoch ? q.Offset : null;
        var page = await log.ReadAsync(new StreamQuery(stream, after, before, request.With, MaxPage with { Messages = limit }), cancellationToken);
        return new ReadAnswer(page.Messages, page.More);
    }

    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public async Task<ConfirmAnswer> ConfirmAsync(string user, ConfirmRequest request, CancellationToken cancellationToken)
    {
        var stream = await RequireOwnAsync(user, request.Stream, cancellationToken);
        var position = Parse(request.Position);
        var bounds = await log.GetBoundsAsync(stream, cancellationToken);
        if (position.Epoch != log.Epoch || position.Offset > bounds.Head)
            throw new ChatException(ChatError.BadRequest, "The position is not one of this stream.");
        return new ConfirmAnswer(At(await confirmed.ConfirmAsync(user, stream, position.Offset, cancellationToken)));
    }

    /// <summary>How many messages or names a page may hold, when a caller asks for so many, or does not say.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    public static int LimitOf(int? asked) => (asked ?? ReadRequest.DefaultLimit) is var limit and >= 1 and <= ReadRequest.MaxLimit
        ? limit
        : throw new ChatException(ChatError.BadRequest, $"A limit is 1 to {ReadRequest.MaxLimit}.");

    private async Task<ResumedStream> ResumeAsync(Confirmation stream, string? from, PageLimit limit, CancellationToken cancellationToken)
    {
        var position = from is null ? new Position(log.Epoch, stream.Offset) : Parse(from);
        var head = (await log.GetBoundsAsync(stream.Stream, cancellationToken)).Head;
        var known = position.Epoch == log.Epoch && position.Offset <= head;
        var page = await log.ReadAsync(StreamQuery.Following(stream.Stream, known ? position.Offset : 0, limit), cancellationToken);
        if (page.Messages.Count > 0)
            meter.CaughtUp();
        var reason = !known ? ResumedStream.EpochChanged : position.Offset < page.Bounds.Trimmed ? ResumedStream.Trimmed : null;
        return new ResumedStream(stream.Stream, reason is null, page.Messages, At(page.Bounds.Head), At(stream.Offset), page.More, reason);
    }

    /// <summary>The stream, if it is the user's mailbox or a room that the user is in.</summary>
    private async ValueTask<string> RequireOwnAsync(string user, string? stream, CancellationToken cancellationToken)
    {
        if (stream is null)
            throw new ChatException(ChatError.BadRequest, "Name a stream.");
        return stream == user || (Name.IsRoom(stream) && await memberships.IsMemberAsync(user, stream, cancellationToken)) ? stream : throw NotYours();
    }

    private static ChatException NotYours() => new(ChatError.Forbidden, "That stream is not yours.");

    private static Position Parse(string? text) =>
        Position.TryParse(text, out var position) ? position : throw new ChatException(ChatError.BadRequest, "That is not a position.");

    private string At(long offset) => new Position(log.Epoch, offset).ToString();
}
