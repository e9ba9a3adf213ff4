using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Configuration;

namespace Chat.Server.Messaging;

/// <summary>Users who may not connect, to whom and from whom nothing is sent.</summary>
internal sealed class BannedUsers(IBanLog log, StreamGroups groups) : LifecycleService
{
    private readonly ConcurrentDictionary<string, bool> users = new(StringComparer.Ordinal);

    public bool Contains(string user) => users.ContainsKey(user);

    /// <summary>Bans a user: durably first, then from here on, and ends its connections.</summary>
    /// <exception cref="LogUnavailableException"/>
    public async Task BanAsync(string user)
    {
        await log.SetBannedAsync(user, banned: true);
        users[user] = true;
        await EndConnectionsAsync(user, Notice.Banned);
    }

    /// <exception cref="LogUnavailableException"/>
    public async Task UnbanAsync(string user)
    {
        await log.SetBannedAsync(user, banned: false);
        users.TryRemove(user, out _);
    }

    /// <summary>Ends all connections of a user, and returns how many there were.</summary>
    public async Task<int> EndConnectionsAsync(string user, Notice why)
    {
        var connections = groups.Of(user);
        await Task.WhenAll(connections.Select(connection => connection.Control.EndAsync(why)));
        return connections.Length;
    }

    // Before anybody can connect.
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var user in await log.GetBannedAsync(cancellationToken))
            users[user] = true;
    }
}
