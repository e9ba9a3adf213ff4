using Chat.Protocol;

namespace Chat.Server.Sending;

/// <summary>Names of the server. No user has one, and no message is sent to one.</summary>
internal sealed class ReservedNames(params IReadOnlyCollection<string> names)
{
    public bool Contains(string name) => names.Contains(name, StringComparer.Ordinal);

    /// <summary>Returns the user id if a user can have it.</summary>
    /// <param name="malformed">The error of an id that breaks the grammar.</param>
    /// <exception cref="ChatException"><paramref name="malformed"/>, or <c>forbidden</c> for the server's own name.</exception>
    public string RequireUser(string? userId, ChatError malformed) =>
        Name.ProblemWithUserId(userId) is { } problem ? throw new ChatException(malformed, malformed.TextWith(problem))
        : Contains(userId!) ? throw new ChatException(ChatError.Forbidden, $"{userId} is reserved for the server.")
        : userId!;
}
