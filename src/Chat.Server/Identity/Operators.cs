using System.Net;

namespace Chat.Server.Identity;

/// <summary>Recognizes operators by the API key of their request. In Development every caller is one.</summary>
internal sealed class Operators(IAdminKeys keys, IHostEnvironment environment)
{
    /// <summary>Whether every caller is an operator: in Development.</summary>
    public bool IncludeEveryCaller => environment.IsDevelopment();

    public bool Includes(HttpRequest request) => IncludeEveryCaller || NameOf(request) is not null;

    /// <summary>The name of the operator's key in the request; null without one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isRefusedToken">Whether the application's authentication has refused the text as a token, for instance an expired one.</param>
    public string? NameOf(HttpRequest request, bool isRefusedToken = false) => (BearerToken.Of(request) ?? BearerToken.OfQuery(request)) is { } key
        ? keys.AdminOf(key, request.HttpContext.Connection.RemoteIpAddress, isRefusedToken)
        : null;
}

/// <summary>The API keys with the scope <c>admin</c>.</summary>
internal interface IAdminKeys
{
    /// <summary>The name of the key; null if it is none of them, or if its address has guessed too many keys.</summary>
    /// <param name="key">The text that may be a key.</param>
    /// <param name="address">The caller's address.</param>
    /// <param name="isRefusedToken">Whether the text may as well be an invalid token. Then it is no wrong key for the HTTP API.</param>
    string? AdminOf(string key, IPAddress? address, bool isRefusedToken);
}
