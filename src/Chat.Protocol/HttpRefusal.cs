namespace Chat.Protocol;

/// <summary>The headers by which a client tells the server's own refusals of a connection from answers of a proxy.</summary>
public static class HttpRefusal
{
    /// <summary>The header that holds the error's code.</summary>
    public const string CodeHeader = "Chat-Refusal";

    /// <summary>The header that tells refusals of one code apart. Most refusals lack it.</summary>
    public const string ReasonHeader = "Chat-Refusal-Reason";

    /// <summary>Reason: the page's origin is not allowed.</summary>
    public const string Origin = "origin";

    /// <summary>Reason: the user id is invalid or reserved.</summary>
    public const string UserName = "name";

    /// <summary>Reason: the user is banned.</summary>
    public const string Banned = "banned";

    /// <summary>Whether a client must not connect again as the same user with the same token after this refusal.</summary>
    public static bool IsFinal(ChatError error) => error == ChatError.Unauthenticated || error == ChatError.Forbidden || error == ChatError.BadUserId;

    /// <summary>Reads the refusal from an unsuccessful answer. Returns null when the answer is not the server's own.</summary>
    /// <param name="code">The header <see cref="CodeHeader"/>; null from an older server, whose body must begin with a known code.</param>
    /// <param name="body">The body: <c>CODE: text</c>.</param>
    public static (ChatError Error, string Text)? Read(string? code, string body)
    {
        var colon = body.IndexOf(": ", StringComparison.Ordinal);
        var (codeInBody, text) = colon < 0 ? ("", "") : (body[..colon], body[(colon + 2)..].TrimEnd());
        return ChatError.FromCode(code ?? codeInBody) is { } error ? (error, text.Length > 0 && codeInBody == error.Code ? text : error.Text) : null;
    }
}
