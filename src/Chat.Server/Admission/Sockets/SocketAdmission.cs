using Chat.Server.Admission.Proxies;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Sockets;

/// <summary>What a TCP connection comes through before TLS and HTTP, and so before anything else counts it.</summary>
/// <remarks>One place for all of it: each call of <see cref="KestrelServerOptions.ConfigureEndpointDefaults(Action{ListenOptions})"/> undoes the one before.</remarks>
internal sealed class SocketAdmission : IConfigureOptions<KestrelServerOptions>
{
    // The services are asked for when the server begins to listen: its options are made before the settings are checked.
    public void Configure(KestrelServerOptions options) => options.ConfigureEndpointDefaults(endpoint =>
        endpoint.Use(next => BeforeStrangers(next, endpoint.ApplicationServices)));

    // Through known proxies everybody comes, and they open some sockets in advance.
    private static ConnectionDelegate BeforeStrangers(ConnectionDelegate next, IServiceProvider services)
    {
        var proxies = services.GetRequiredService<ProxyAddresses>();
        var bounded = services.GetRequiredService<AddressSockets>().Before(services.GetRequiredService<FirstByte>().Before(next));
        return socket => proxies.Contains(socket.RemoteEndPoint) ? next(socket) : bounded(socket);
    }
}
