using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Asks for a page of history: after a position, before one, or (neither) the newest.</summary>
/// <param name="Stream">The stream to read: the caller's own user id.</param>
/// <param name="After">Read the oldest messages after this position.</param>
/// <param name="Before">Read the newest messages before this position.</param>
/// <param name="With">Only messages to or from this user.</param>
/// <param name="Limit">Most messages, 1 to <see cref="MaxLimit"/>; <see cref="DefaultLimit"/> when absent.</param>
public sealed record ReadRequest(
    string? Stream,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? After = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Before = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit = null)
{
    /// <summary>The most messages of one answer.</summary>
    public const int MaxLimit = 500;

    /// <summary>The most messages of an answer to a request that does not say.</summary>
    public const int DefaultLimit = 50;
}

/// <summary>A page of history.</summary>
/// <param name="Messages">Oldest first.</param>
/// <param name="More">True when there are further messages in the direction that was read.</param>
public sealed record ReadAnswer(IReadOnlyList<Message> Messages, bool More)
{
    /// <summary>The number of messages, not the messages.</summary>
    public override string ToString() => $"{Messages.Count} messages";
}
