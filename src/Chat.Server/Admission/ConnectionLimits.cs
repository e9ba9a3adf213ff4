using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Chat.Server.Admission;

/// <summary>Counts the connections of each user, of each address, and of the node.</summary>
internal sealed class ConnectionLimits(IOptions<LimitsOptions> options)
{
    /// <summary>The text of a refusal over one of the limits.</summary>
    public const string TooMany = "This user, this address or the server has too many connections.";

    private const int Ipv6NetworkBytes = 8; // providers give each customer a /64 network or a larger one

    private readonly LimitsOptions limits = options.Value;
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, int> byAddress = [];
    private int count;

    /// <summary>Returns whether another connection would be admitted now.</summary>
    public bool HasCapacity(IPAddress? address, string user)
    {
        lock (gate)
            return HasCapacity(Network(address)) && IsBelow(byUser.GetValueOrDefault(user), limits.ConnectionsPerUser);
    }

    /// <summary>Takes a slot for a connection from an address; null when the address or the node has none left.</summary>
    public ConnectionSlot? TryTakeSlot(IPAddress? address)
    {
        var network = Network(address);
        lock (gate)
        {
            if (!HasCapacity(network))
                return null;
            count++;
            byAddress[network] = byAddress.GetValueOrDefault(network) + 1;
        }
        return new ConnectionSlot(this, network);
    }

    /// <summary>Counts a connection for the user; false when the user has too many.</summary>
    public bool TryCountUser(string user)
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

    private bool HasCapacity(IPAddress network) =>
        IsBelow(count, limits.ConnectionsPerNode) && IsBelow(byAddress.GetValueOrDefault(network), limits.ConnectionsPerAddress);

    private static bool IsBelow(int count, int limit) => limit == 0 || count < limit;

    private static void Release<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (--counts[key] == 0)
            counts.Remove(key);
    }

    /// <summary>Returns what is counted as one address: with IPv6 the /64 network, because a client can use all its addresses.</summary>
    public static IPAddress Network(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None; // a Unix socket
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Ipv6NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>The slot of one connection; disposing it gives the slot back.</summary>
internal sealed class ConnectionSlot(ConnectionLimits limits, IPAddress network) : IDisposable
{
    private string? user;

    /// <summary>Counts the connection for its user, once; false when the user has too many.</summary>
    public bool TryCountUser(string user)
    {
        if (!limits.TryCountUser(user))
            return false;
        this.user = user;
        return true;
    }

    public void Dispose() => limits.Leave(network, user);
}
