using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Requests a page of history: after a position, before one, or by default the newest messages.</summary>
/// <param name="Stream">The caller's own user id, or one of its rooms.</param>
/// <param name="After">A position: requests the oldest messages after it.</param>
/// <param name="Before">A position: requests the newest messages before it.</param>
/// <param name="With">A user id: requests only messages to or from this user.</param>
/// <param name="Limit">The page size, 1 to <see cref="MaxLimit"/>; <see cref="DefaultLimit"/> when absent.</param>
public sealed record ReadRequest(
    string? Stream,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? After = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Before = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit = null)
{
    /// <summary>The largest <see cref="Limit"/>.</summary>
    public const int MaxLimit = 500;

    /// <summary>The limit of a request without <see cref="Limit"/>.</summary>
    public const int DefaultLimit = 50;
}

/// <summary>A page of history.</summary>
/// <param name="Messages">The messages, oldest first.</param>
/// <param name="More">Whether there are more messages in the direction that was read.</param>
public sealed record ReadAnswer(IReadOnlyList<Message> Messages, bool More)
{
    /// <summary>Returns the number of messages without their content, which must not reach a log.</summary>
    public override string ToString() => $"{Messages.Count} messages";
}
