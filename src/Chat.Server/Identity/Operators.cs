namespace Chat.Server.Identity;

/// <summary>Tells those who run the server by the key that their request presents; in Development everybody runs it.</summary>
internal sealed class Operators(IAdminKeys keys, IHostEnvironment environment)
{
    public bool Includes(HttpRequest request) => environment.IsDevelopment() || (KeyOf(request) is { } key && keys.IsAdmin(key));

    private static string? KeyOf(HttpRequest request) => BearerToken.Of(request) ?? BearerToken.OfQuery(request);
}

/// <summary>The keys that let their bearers administer the server.</summary>
internal interface IAdminKeys
{
    bool IsAdmin(string key);
}
