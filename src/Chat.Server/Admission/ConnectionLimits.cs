using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

/// <summary>Counts the connections of each user, of each address, and of the node.</summary>
internal sealed class ConnectionLimits(IOptions<LimitsOptions> options)
{
    private const int Ipv6NetworkBytes = 8; // what one customer of a network has at least

    private readonly LimitsOptions limits = options.Value;
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, int> byAddress = [];
    private int count;

    /// <summary>Whether another connection would be let in now.</summary>
    public bool HasRoom(IPAddress? address, string user)
    {
        lock (gate)
            return HasRoom(Network(address)) && IsBelow(byUser.GetValueOrDefault(user), limits.ConnectionsPerUser);
    }

    /// <summary>Takes a place on the node for a connection from an address; null when there is none.</summary>
    public ConnectionSlot? Enter(IPAddress? address)
    {
        var network = Network(address);
        lock (gate)
        {
            if (!HasRoom(network))
                return null;
            count++;
            byAddress[network] = byAddress.GetValueOrDefault(network) + 1;
        }
        return new ConnectionSlot(this, network);
    }

    /// <summary>Counts a connection as the user's; false when the user has too many.</summary>
    public bool TryAdd(string user)
    {
        lock (gate)
        {
            var before = byUser.GetValueOrDefault(user);
            if (!IsBelow(before, limits.ConnectionsPerUser))
                return false;
            byUser[user] = before + 1;
            return true;
        }
    }

    public void Leave(IPAddress network, string? user)
    {
        lock (gate)
        {
            count--;
            Release(byAddress, network);
            if (user is not null)
                Release(byUser, user);
        }
    }

    private bool HasRoom(IPAddress network) =>
        IsBelow(count, limits.ConnectionsPerNode) && IsBelow(byAddress.GetValueOrDefault(network), limits.ConnectionsPerAddress);

    private static bool IsBelow(int count, int limit) => limit == 0 || count < limit;

    private static void Release<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (--counts[key] == 0)
            counts.Remove(key);
    }

    /// <summary>What counts as one address: with IPv6 the network, of which anybody has billions of addresses.</summary>
    public static IPAddress Network(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None; // no TCP: a socket of the machine's own
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Ipv6NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>A connection's place, until it is disposed.</summary>
internal sealed class ConnectionSlot(ConnectionLimits limits, IPAddress network) : IDisposable
{
    private string? user;

    /// <summary>Counts the connection as the user's, once; false when the user has too many.</summary>
    public bool TryTake(string user)
    {
        if (!limits.TryAdd(user))
            return false;
        this.user = user;
        return true;
    }

    public void Dispose() => limits.Leave(network, user);
}
