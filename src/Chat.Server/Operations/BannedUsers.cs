using System.Collections.Concurrent;
using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Delivery;
using Chat.Server.Log;

namespace Chat.Server.Operations;

/// <summary>Banned users: they cannot connect, and no message to or from them is accepted.</summary>
internal sealed class BannedUsers(IBanLog log, StreamGroups groups) : LifecycleService, IDisposable
{
    private readonly ConcurrentDictionary<string, bool> users = new(StringComparer.Ordinal);

    // One change at a time, so that memory and the log apply concurrent changes in the same order.
    private readonly SemaphoreSlim changing = new(1);

    public bool Contains(string user) => users.ContainsKey(user);

    /// <summary>Bans a user, first in the log and then in memory, and ends the user's connections.</summary>
    /// <exception cref="LogUnavailableException"/>
    public async Task BanAsync(string user)
    {
        await SetAsync(user, banned: true);
        await groups.EndConnectionsAsync(user, Notice.Banned);
    }

    /// <exception cref="LogUnavailableException"/>
    public Task UnbanAsync(string user) => SetAsync(user, banned: false);

    public void Dispose() => changing.Dispose();

    private async Task SetAsync(string user, bool banned)
    {
        await changing.WaitAsync();
        try
        {
            await log.SetBannedAsync(user, banned);
            if (banned)
                users[user] = true;
            else
                users.TryRemove(user, out _);
        }
        finally
        {
            changing.Release();
        }
    }

    // Runs before the server accepts connections.
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var user in await log.GetBannedAsync(cancellationToken))
            users[user] = true;
    }
}
