using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Sending;

namespace Chat.Server.History;

/// <summary>Answers <c>Resume</c>, <c>Read</c> and <c>Confirm</c>: missed messages, earlier messages and confirmed positions.</summary>
internal sealed class StreamHistory(IMessageLog log, IMembershipLog memberships, ConfirmedPositions confirmed, ReadTurns turns, IMessageMeter meter)
{
    /// <summary>The limit of one answer, in bytes of its messages as JSON.</summary>
    public const int MaxAnswerBytes = 512 << 10;

    // An answer must fit into a connection's queue, together with the live messages that are sent meanwhile.
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
            throw new ChatException(ChatError.BadRequest, "Give after or before, not both.");
        if (request.With is not null && stream != user)
            throw new ChatException(ChatError.BadRequest, "with applies to the mailbox only. Leave it out for a room.");
        if (request.With is { } with && Name.ProblemWithUserId(with) is { } problem)
            throw new ChatException(ChatError.BadRequest, $"with is not a valid user id. {problem}");
        // A position of another epoch has no meaning in this one: the page then starts at the oldest message, or at the newest.
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
            throw new ChatException(ChatError.BadRequest, "The position is of another epoch, or beyond the stream's newest message.");
        return new ConfirmAnswer(At(await confirmed.ConfirmAsync(user, stream, position.Offset, cancellationToken)));
    }

    /// <summary>Returns the number of messages or names that a page may hold: the caller's limit, or the default.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    public static int LimitOf(int? requested) => (requested ?? ReadRequest.DefaultLimit) is var limit and >= 1 and <= ReadRequest.MaxLimit
        ? limit
        : throw new ChatException(ChatError.BadRequest, $"limit must be 1 to {ReadRequest.MaxLimit}.");

    private async Task<ResumedStream> ResumeAsync(Confirmation stream, string? from, PageLimit limit, CancellationToken cancellationToken)
    {
        var position = from is null ? new Position(log.Epoch, stream.Offset) : Parse(from);
        var head = (await log.GetBoundsAsync(stream.Stream, cancellationToken)).Head;
        var known = position.Epoch == log.Epoch && position.Offset <= head;
        var page = await log.ReadAsync(StreamQuery.Following(stream.Stream, known ? position.Offset : 0, limit), cancellationToken);
        if (page.Messages.Count > 0)
            meter.CountCatchUp();
        var reason = !known ? ResumedStream.EpochChanged : position.Offset < page.Bounds.Trimmed ? ResumedStream.Trimmed : null;
        return new ResumedStream(stream.Stream, reason is null, page.Messages, At(page.Bounds.Head), At(stream.Offset), page.More, reason);
    }

    /// <summary>Returns the stream if it is the user's mailbox or a room of the user.</summary>
    private async ValueTask<string> RequireOwnAsync(string user, string? stream, CancellationToken cancellationToken)
    {
        if (stream is null)
            throw new ChatException(ChatError.BadRequest, "stream is missing.");
        return stream == user || (Name.IsRoom(stream) && await memberships.IsMemberAsync(user, stream, cancellationToken)) ? stream : throw NotYours();
    }

    private static ChatException NotYours() => new(ChatError.Forbidden, "The stream must be your own user id, or a room that you are in.");

    private static Position Parse(string? text) =>
        Position.TryParse(text, out var position)
            ? position
            : throw new ChatException(ChatError.BadRequest, "The position is malformed. Send one that the server returned.");

    private string At(long offset) => new Position(log.Epoch, offset).ToString();
}
