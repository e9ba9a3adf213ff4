using System.Collections.Concurrent;
using System.Collections.Immutable;
using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Delivery;

/// <summary>Which connections hear which stream: a group a user for its mailbox, and a group a room.</summary>
internal sealed class StreamGroups(IHubContext<ChatHub, IChatClient> hub)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<OnlineConnection>> online = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> inRooms = new(StringComparer.Ordinal);

    /// <summary>Connections on this node that hear the stream.</summary>
    public int CountOf(string stream) => stream[0] == '#' ? inRooms.GetValueOrDefault(stream) : Of(stream).Length;

    /// <summary>Rooms that somebody on this node listens to, with how many connections do.</summary>
    public IEnumerable<KeyValuePair<string, int>> Rooms => inRooms.Where(room => room.Value > 0);

    /// <summary>Users who have a connection on this node.</summary>
    public int CountUsers() => online.Count;

    /// <summary>All connections on this node.</summary>
    public IReadOnlyList<OnlineConnection> All => [.. online.Values.SelectMany(connections => connections)];

    /// <summary>The user's connections on this node.</summary>
    public ImmutableArray<OnlineConnection> Of(string user) => online.GetValueOrDefault(user, []);

    /// <summary>Users that begin with the prefix and have a connection on this node.</summary>
    public IEnumerable<string> Users(string prefix) => online.Keys.Where(user => user.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Takes a connection into its user's group. From here on it also hears of the rooms that its user joins and leaves.</summary>
    /// <param name="after">How far the user had confirmed its mailbox.</param>
    public async Task EnterMailboxAsync(OnlineConnection connection, long after)
    {
        await hub.Groups.AddToGroupAsync(connection.Id, connection.User);
        connection.CatchUp?.Begin(connection.User, after);
        // Only now, for the mailbox is the first stream to begin.
        online.AddOrUpdate(connection.User, static (_, added) => [added], static (_, others, added) => others.Add(added), connection);
    }

    /// <summary>Takes a connection into the group of a room that its user is known to be in.</summary>
    /// <param name="after">How far the user had confirmed it.</param>
    public Task EnterRoomAsync(OnlineConnection connection, string room, long after) =>
        connection.EnterAsync(room, after, () => EnterGroup(connection, room));

    /// <summary>Takes all connections of a user into a room's group, or out of it.</summary>
    public async Task ApplyAsync(Membership membership)
    {
        foreach (var connection in Of(membership.User))
            await (membership.IsMember
                ? connection.JoinedAsync(membership.Room, membership.Head, () => EnterGroup(connection, membership.Room))
                : connection.LeftAsync(membership.Room, () => LeaveGroup(connection, membership.Room)));
    }

    /// <summary>Forgets a connection that has ended.</summary>
    public void Leave(OnlineConnection connection)
    {
        foreach (var room in connection.End())
            _ = connection.LeftAsync(room, () => LeaveGroup(connection, room));
        while (online.TryGetValue(connection.User, out var before))
        {
            var after = before.Remove(connection);
            if (after.IsEmpty ? online.TryRemove(KeyValuePair.Create(connection.User, before)) : online.TryUpdate(connection.User, after, before))
                return;
        }
    }

    private Task EnterGroup(OnlineConnection connection, string room)
    {
        inRooms.AddOrUpdate(room, 1, static (_, count) => count + 1);
        return hub.Groups.AddToGroupAsync(connection.Id, room);
    }

    private Task LeaveGroup(OnlineConnection connection, string room)
    {
        if (inRooms.AddOrUpdate(room, 0, static (_, count) => count - 1) == 0)
            inRooms.TryRemove(KeyValuePair.Create(room, 0));
        return hub.Groups.RemoveFromGroupAsync(connection.Id, room);
    }
}
