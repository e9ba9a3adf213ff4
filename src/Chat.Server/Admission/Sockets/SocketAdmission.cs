using Chat.Server.Admission.Proxies;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Sockets;

/// <summary>Limits TCP connections before TLS and HTTP, and so before any other limit counts them.</summary>
/// <remarks>In one call: each call of <see cref="KestrelServerOptions.ConfigureEndpointDefaults(Action{ListenOptions})"/> replaces the one before.</remarks>
internal sealed class SocketAdmission : IConfigureOptions<KestrelServerOptions>
{
    // The services are resolved when the server begins to listen: Kestrel's options are created before the settings are checked.
    public void Configure(KestrelServerOptions options) => options.ConfigureEndpointDefaults(endpoint =>
        endpoint.Use(next => LimitUnknown(next, endpoint.ApplicationServices)));

    // A known proxy carries the connections of all clients, and opens sockets in advance.
    private static ConnectionDelegate LimitUnknown(ConnectionDelegate next, IServiceProvider services)
    {
        var proxies = services.GetRequiredService<ProxyAddresses>();
        var limited = services.GetRequiredService<AddressSockets>().RunBefore(services.GetRequiredService<FirstByte>().RunBefore(next));
        return socket => proxies.Contains(socket.RemoteEndPoint) ? next(socket) : limited(socket);
    }
}
