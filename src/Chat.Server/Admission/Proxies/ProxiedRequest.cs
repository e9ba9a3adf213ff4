using System.Net;

namespace Chat.Server.Admission.Proxies;

/// <summary>A feature of requests from a known proxy: the values that its forwarded headers replace.</summary>
/// <param name="socket">The address of the TCP connection; null for a Unix socket.</param>
/// <param name="addresses">The number of addresses in <c>X-Forwarded-For</c>.</param>
internal sealed class ProxiedRequest(IPAddress? socket, int addresses)
{
    public IPAddress? Socket { get; } = socket;

    public int Addresses { get; } = addresses;

    /// <summary>The port that the client used, from <c>X-Forwarded-Port</c>.</summary>
    public int? Port { get; set; }
}

internal static class ProxiedRequests
{
    /// <summary>Returns the address of the TCP connection: the proxy's, if there is one.</summary>
    public static IPAddress? SocketAddress(this HttpContext context) =>
        context.Features.Get<ProxiedRequest>() is { } proxied ? proxied.Socket : context.Connection.RemoteIpAddress;

    /// <summary>Returns whether the request comes from a known proxy.</summary>
    public static bool IsProxied(this HttpContext context) => context.Features.Get<ProxiedRequest>() is not null;

    /// <summary>Returns the port that the client used, as a known proxy reports it.</summary>
    public static int? ForwardedPort(this HttpContext context) => context.Features.Get<ProxiedRequest>()?.Port;
}
