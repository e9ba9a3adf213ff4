using System.Net;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

/// <summary>Limits the connections that an address negotiates. SignalR keeps each one for a while, even if the client never opens it.</summary>
internal sealed class NegotiateLimit(IOptions<LimitsOptions> options) : IDisposable
{
    // SignalR keeps an unopened connection for 15 s.
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(15);

    private readonly AddressLimit limit = new(options.Value.ConnectionsPerAddress, KeptFor);

    public bool TryEnter(IPAddress? address) => limit.TryCount(address);

    public void Dispose() => limit.Dispose();
}
