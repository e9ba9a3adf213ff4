using System.Net;

namespace Chat.Server.Identity;

/// <summary>Tells those who run the server by the key that their request presents; in Development everybody runs it.</summary>
internal sealed class Operators(IAdminKeys keys, IHostEnvironment environment)
{
    /// <summary>Whether every caller is an operator: in Development.</summary>
    public bool IncludeEveryCaller => environment.IsDevelopment();

    public bool Includes(HttpRequest request) => IncludeEveryCaller || NameOf(request) is not null;

    /// <summary>Whose key the request presents; null when it presents none.</summary>
    public string? NameOf(HttpRequest request) =>
        (BearerToken.Of(request) ?? BearerToken.OfQuery(request)) is { } key ? keys.AdminOf(key, request.HttpContext.Connection.RemoteIpAddress) : null;
}

/// <summary>The keys that let their bearers administer the server.</summary>
internal interface IAdminKeys
{
    /// <summary>The name of the key, if it is one of them and does not come from an address that guesses keys.</summary>
    string? AdminOf(string key, IPAddress? address);
}
