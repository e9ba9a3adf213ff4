using Chat.Protocol;

namespace Chat.Server.Messaging;

/// <summary>Names that belong to the server: nobody is them, nobody writes to them.</summary>
internal sealed class ReservedNames(params IReadOnlyCollection<string> names)
{
    public bool Contains(string name) => names.Contains(name, StringComparer.Ordinal);

    /// <summary>The user id, if somebody can be that user.</summary>
    /// <exception cref="ChatException"><c>bad_user_id</c>, or <c>forbidden</c> for the server's own name.</exception>
    public string RequireUser(string? userId) =>
        !Name.IsUserId(userId) ? throw new ChatException(ChatError.BadUserId)
        : Contains(userId!) ? throw new ChatException(ChatError.Forbidden, $"Nobody can be {userId}.")
        : userId!;
}
