using System.Net;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

/// <summary>Bounds the connections that an address asks for and never opens, each of which is kept for a while.</summary>
internal sealed class NegotiateLimit(IOptions<LimitsOptions> options) : IDisposable
{
    // As long as SignalR keeps one.
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(15);

    private readonly AddressLimit limit = new(options.Value.ConnectionsPerAddress, KeptFor);

    public bool TryEnter(IPAddress? address) => limit.TryCount(address);

    public void Dispose() => limit.Dispose();
}
