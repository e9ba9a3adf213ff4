namespace Chat.Protocol;

/// <summary>How an HTTP answer at a connection endpoint shows that the Chat server itself refused the request, and not a proxy in between.</summary>
public static class HttpRefusal
{
    /// <summary>The header that holds the error's code.</summary>
    public const string CodeHeader = "Chat-Refusal";

    /// <summary>The header that tells refusals of one code apart. Most refusals have none.</summary>
    public const string ReasonHeader = "Chat-Refusal-Reason";

    /// <summary>Reason: the page's origin is not allowed.</summary>
    public const string Origin = "origin";

    /// <summary>Reason: no user can have this name.</summary>
    public const string UserName = "name";

    /// <summary>Reason: the user is banned.</summary>
    public const string Banned = "banned";

    /// <summary>Whether a client that is refused so must not connect again as the same user with the same token.</summary>
    public static bool IsFinal(ChatError error) => error == ChatError.Unauthenticated || error == ChatError.Forbidden || error == ChatError.BadUserId;

    /// <summary>Reads the refusal in an answer that is no success. Null when the answer is not the server's own.</summary>
    /// <param name="code">The header <see cref="CodeHeader"/>. An older server sends none: then the body must begin with a known code.</param>
    /// <param name="body">The body: <c>CODE: text</c>.</param>
    public static (ChatError Error, string Text)? Read(string? code, string body)
    {
        var colon = body.IndexOf(": ", StringComparison.Ordinal);
        var (told, text) = colon < 0 ? ("", "") : (body[..colon], body[(colon + 2)..].TrimEnd());
        return ChatError.FromCode(code ?? told) is { } error ? (error, text.Length > 0 && told == error.Code ? text : error.Text) : null;
    }
}
