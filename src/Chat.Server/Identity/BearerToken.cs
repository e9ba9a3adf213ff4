namespace Chat.Server.Identity;

/// <summary>The token of a request: <c>Authorization: Bearer …</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token; null when the request presents none.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    /// <summary>The token in <c>?access_token=</c>: a browser's WebSocket cannot set a header.</summary>
    public static string? OfQuery(HttpRequest request) => request.Query["access_token"] is [{ Length: > 0 } token] ? token : null;
}
