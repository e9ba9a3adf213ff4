namespace Chat.Server.Identity;

/// <summary>Tells those who run the server by the key that their request presents; in Development everybody runs it.</summary>
internal sealed class Operators(IAdminKeys keys, IHostEnvironment environment)
{
    public bool Includes(HttpRequest request) => environment.IsDevelopment() || (KeyOf(request) is { } key && keys.IsAdmin(key));

    // A browser's WebSocket can set no header.
    private static string? KeyOf(HttpRequest request) => BearerToken.Of(request) ?? (request.Query["access_token"] is [{ } token] ? token : null);
}

/// <summary>The keys that let their bearers administer the server.</summary>
internal interface IAdminKeys
{
    bool IsAdmin(string key);
}
