using System.Net;

namespace Chat.Server.Admission.Proxies;

/// <summary>A feature of requests that come from a known proxy: what its forwarded headers replace.</summary>
/// <param name="socket">The address of the TCP connection; null for a Unix socket.</param>
/// <param name="addresses">How many addresses <c>X-Forwarded-For</c> held.</param>
internal sealed class ProxiedRequest(IPAddress? socket, int addresses)
{
    public IPAddress? Socket { get; } = socket;

    public int Addresses { get; } = addresses;

    /// <summary>The port that the client used, as <c>X-Forwarded-Port</c> says.</summary>
    public int? Port { get; set; }
}

internal static class ProxiedRequests
{
    /// <summary>Where the TCP connection comes from: the proxy, if there is one.</summary>
    public static IPAddress? SocketAddress(this HttpContext context) =>
        context.Features.Get<ProxiedRequest>() is { } proxied ? proxied.Socket : context.Connection.RemoteIpAddress;

    /// <summary>Whether it comes from a known proxy.</summary>
    public static bool IsProxied(this HttpContext context) => context.Features.Get<ProxiedRequest>() is not null;

    /// <summary>The port that the client used, as a known proxy says.</summary>
    public static int? ForwardedPort(this HttpContext context) => context.Features.Get<ProxiedRequest>()?.Port;
}
