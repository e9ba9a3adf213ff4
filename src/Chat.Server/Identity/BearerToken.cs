namespace Chat.Server.Identity;

/// <summary>What a request presents as <c>Authorization: Bearer …</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token; null when the request presents none.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    /// <summary>What it presents as <c>?access_token=</c>, because a browser's WebSocket can set no header.</summary>
    public static string? OfQuery(HttpRequest request) => request.Query["access_token"] is [{ Length: > 0 } token] ? token : null;
}
