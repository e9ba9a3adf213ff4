using Chat.Protocol;

namespace Chat.Server.Messaging;

/// <summary>Answers what a user has missed, and what was said before.</summary>
internal sealed class StreamHistory(IMessageLog log, ConfirmedPositions confirmed)
{
    /// <summary>The most that one answer holds, of messages as JSON.</summary>
    public const int MaxAnswerBytes = 512 << 10;

    private const int DefaultLimit = 50;

    // One answer must fit a connection's queue together with what is live meanwhile.
    private static readonly PageLimit MaxPage = new(500, MaxAnswerBytes);

    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public Task<ResumeAnswer> ResumeAsync(string user, ResumeRequest request, CancellationToken cancellationToken) => Translated(async () =>
    {
        foreach (var (stream, _) in request.Positions ?? new Dictionary<string, string?>())
            RequireOwn(user, stream);
        return new ResumeAnswer(user, [await ResumeAsync(user, user, request.Positions?.GetValueOrDefault(user), cancellationToken)]);
    });

    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public Task<ReadAnswer> ReadAsync(string user, ReadRequest request, CancellationToken cancellationToken) => Translated(async () =>
    {
        RequireOwn(user, request.Stream);
        var limit = request.Limit ?? DefaultLimit;
        if (limit < 1 || limit > MaxPage.Messages)
            throw new ChatException(ChatError.BadRequest, $"A limit is 1 to {MaxPage.Messages}.");
        if (request is { After: not null, Before: not null })
            throw new ChatException(ChatError.BadRequest, "Read after a position or before one, not both.");
        if (request.With is { } with && !Name.IsUserId(with))
            throw new ChatException(ChatError.BadRequest, "with is not a valid user id.");
        // A position of another epoch is no place in this one: then the page begins at the oldest, or at the newest.
        var after = request.After is null ? (long?)null : Parse(request.After) is var p && p.Epoch == log.Epoch ? p.Offset : 0;
        var before = request.Before is null ? (long?)null : Parse(request.Before) is var q && q.Epoch == log.Epoch ? q.Offset : null;
        var page = await log.ReadAsync(new StreamQuery(user, after, before, request.With, MaxPage with { Messages = limit }), cancellationToken);
        return new ReadAnswer(page.Messages, page.More);
    });

    /// <exception cref="ChatException"><c>bad_request</c>, <c>forbidden</c> or <c>unavailable</c>.</exception>
    public Task<ConfirmAnswer> ConfirmAsync(string user, ConfirmRequest request, CancellationToken cancellationToken) => Translated(async () =>
    {
        RequireOwn(user, request.Stream);
        var position = Parse(request.Position);
        var bounds = await log.GetBoundsAsync(user, cancellationToken);
        if (position.Epoch != log.Epoch || position.Offset > bounds.Head)
            throw new ChatException(ChatError.BadRequest, "The position is not one of this stream.");
        return new ConfirmAnswer(At(await confirmed.ConfirmAsync(user, user, position.Offset, cancellationToken)));
    });

    private async Task<ResumedStream> ResumeAsync(string user, string stream, string? from, CancellationToken cancellationToken)
    {
        var confirmedOffset = await confirmed.GetAsync(user, stream, cancellationToken);
        var position = from is null ? new Position(log.Epoch, confirmedOffset) : Parse(from);
        var head = (await log.GetBoundsAsync(stream, cancellationToken)).Head;
        var known = position.Epoch == log.Epoch && position.Offset <= head;
        var page = await log.ReadAsync(StreamQuery.Following(stream, known ? position.Offset : 0, MaxPage), cancellationToken);
        var reason = !known ? ResumedStream.EpochChanged : position.Offset < page.Bounds.Trimmed ? ResumedStream.Trimmed : null;
        return new ResumedStream(stream, reason is null, page.Messages, At(page.Bounds.Head), At(confirmedOffset), page.More, reason);
    }

    private static void RequireOwn(string user, string? stream)
    {
        if (stream is null)
            throw new ChatException(ChatError.BadRequest, "Name a stream.");
        if (stream != user)
            throw new ChatException(ChatError.Forbidden, "That stream is not yours.");
    }

    private static Position Parse(string? text) =>
        Position.TryParse(text, out var position) ? position : throw new ChatException(ChatError.BadRequest, "That is not a position.");

    private string At(long offset) => new Position(log.Epoch, offset).ToString();

    private static async Task<T> Translated<T>(Func<Task<T>> answer)
    {
        try
        {
            return await answer();
        }
        catch (LogUnavailableException)
        {
            throw new ChatException(ChatError.Unavailable, "The message log cannot be read now.");
        }
    }
}
