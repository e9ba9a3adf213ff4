using Chat.Protocol;

namespace Chat.Server.Sending;

/// <summary>Names that belong to the server: nobody is them, nobody writes to them.</summary>
internal sealed class ReservedNames(params IReadOnlyCollection<string> names)
{
    public bool Contains(string name) => names.Contains(name, StringComparer.Ordinal);

    /// <summary>The user id, if somebody can be that user.</summary>
    /// <param name="malformed">What is wrong when it breaks the grammar.</param>
    /// <exception cref="ChatException"><paramref name="malformed"/>, or <c>forbidden</c> for the server's own name.</exception>
    public string RequireUser(string? userId, ChatError malformed) =>
        Name.ProblemWithUserId(userId) is { } problem ? throw new ChatException(malformed, malformed.TextWith(problem))
        : Contains(userId!) ? throw new ChatException(ChatError.Forbidden, $"Nobody can be {userId}.")
        : userId!;
}
