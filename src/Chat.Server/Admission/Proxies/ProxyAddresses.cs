using System.Net;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission.Proxies;

/// <summary>The addresses of the known proxies. One of them may carry the connections of all clients.</summary>
internal sealed class ProxyAddresses(IOptions<ProxyOptions> options)
{
    private readonly List<IPNetwork> networks = [.. options.Value.Networks];

    public bool Contains(EndPoint? remote) => remote is IPEndPoint { Address: var address } && Contains(address);

    public bool Contains(IPAddress address) =>
        networks.Exists(network => network.Contains(address) || (address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4())));
}
