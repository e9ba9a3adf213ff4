using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Chat.Server.Limits;

/// <summary>Whose word about the address and the scheme of a client is taken.</summary>
internal sealed class ProxyOptions
{
    public const string SectionName = "Chat";

    /// <summary>Addresses, or networks as 10.0.0.0/8. Empty: a client is whoever opened the TCP connection.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>The same, when they are valid: an address is the network of itself alone.</summary>
    public IEnumerable<System.Net.IPNetwork> Networks => KnownProxies.Select(proxy =>
        IPAddress.TryParse(proxy, out var address) ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8) : System.Net.IPNetwork.Parse(proxy));
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var failures = options.KnownProxies.Index()
            .Where(proxy => !IPAddress.TryParse(proxy.Item, out _) && !System.Net.IPNetwork.TryParse(proxy.Item, out _))
            .Select(proxy => $"{ProxyOptions.SectionName}:{nameof(options.KnownProxies)}:{proxy.Index} = '{proxy.Item}': write an address, for instance 10.0.0.5, or a network, 10.0.0.0/8.")
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

internal static class KnownProxies
{
    /// <summary>Takes address and scheme of a client from what the known proxies say; stands before anything that looks at them.</summary>
    public static void UseKnownProxies(this WebApplication app)
    {
        var known = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Networks.ToList();
        if (known.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear(); // the machine itself is no proxy unless somebody says so
        options.KnownIPNetworks.Clear();
        known.ForEach(options.KnownIPNetworks.Add);
        app.UseForwardedHeaders(options);
    }
}
