using System.Net;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Proxies;

/// <summary>The proxies in front of the server, and the path under which they serve it.</summary>
internal sealed class ProxyOptions
{
    public const string SectionName = "Chat";

    /// <summary>Proxies whose <c>X-Forwarded-…</c> headers the server trusts: addresses, or networks such as 10.0.0.0/8. Empty: none.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>The path prefix that proxies do not remove, such as <c>/chat-app</c>. Empty: none.</summary>
    public string? PathBase { get; set; }

    /// <summary><see cref="KnownProxies"/> as networks, once they are validated; an address is a network of one.</summary>
    public IEnumerable<System.Net.IPNetwork> Networks => KnownProxies.Select(proxy =>
        IPAddress.TryParse(proxy, out var address)
            ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
            : System.Net.IPNetwork.Parse(proxy));
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var failures = options.KnownProxies.Index()
            .Where(proxy => !IPAddress.TryParse(proxy.Item, out _) && !System.Net.IPNetwork.TryParse(proxy.Item, out _))
            .Select(proxy => $"{ProxyOptions.SectionName}:{nameof(options.KnownProxies)}:{proxy.Index} = '{proxy.Item}': "
                + "write an address, for instance 10.0.0.5, or a network, for instance 10.0.0.0/8.")
            .ToList();
        if (PathPrefix.Parse(options.PathBase) is null)
            failures.Add($"{ProxyOptions.SectionName}:{nameof(options.PathBase)} = '{options.PathBase}': "
                + "write a path that begins with one slash, for instance /chat-app, without . or .. as a part.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
