using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Chat.Server.Limits;

/// <summary>What a TCP connection comes through before TLS and HTTP, and so before anything else counts it.</summary>
/// <remarks>One place for all of it: each call of <see cref="KestrelServerOptions.ConfigureEndpointDefaults(Action{ListenOptions})"/> undoes the one before.</remarks>
internal sealed class SocketDoor : IConfigureOptions<KestrelServerOptions>
{
    // The services are asked for when the server begins to listen: its options are made before the settings are checked.
    public void Configure(KestrelServerOptions options) => options.ConfigureEndpointDefaults(endpoint => endpoint
        .Use(next => endpoint.ApplicationServices.GetRequiredService<OpenFiles>().Before(next))
        .Use(next => endpoint.ApplicationServices.GetRequiredService<AddressSockets>().Before(next))
        .Use(next => endpoint.ApplicationServices.GetRequiredService<FirstByte>().Before(next)));
}
