using System.Net;

namespace Chat.Server.Identity;

/// <summary>Recognizes operators by the API key of their request. In Development every caller is one.</summary>
internal sealed class Operators(IAdminKeys keys, IHostEnvironment environment)
{
    /// <summary>Whether every caller is an operator: in Development.</summary>
    public bool IncludeEveryCaller => environment.IsDevelopment();

    public bool Includes(HttpRequest request) => IncludeEveryCaller || NameOf(request) is not null;

    /// <summary>The name of the operator's key in the request; null without one.</summary>
    public string? NameOf(HttpRequest request) =>
        (BearerToken.Of(request) ?? BearerToken.OfQuery(request)) is { } key ? keys.AdminOf(key, request.HttpContext.Connection.RemoteIpAddress) : null;
}

/// <summary>The API keys with the scope <c>admin</c>.</summary>
internal interface IAdminKeys
{
    /// <summary>The name of the key; null if it is none of them, or if its address has guessed too many keys.</summary>
    string? AdminOf(string key, IPAddress? address);
}
