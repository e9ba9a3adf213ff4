using System.Collections.Concurrent;
using System.Collections.Immutable;
using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Delivery;

/// <summary>The connections that receive each stream: a group for each user's mailbox, and a group for each room.</summary>
internal sealed class StreamGroups(IHubContext<ChatHub, IChatClient> hub, RecentCloses closes)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<OnlineConnection>> online = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> inRooms = new(StringComparer.Ordinal);

    /// <summary>Returns the number of connections on this node that receive the stream.</summary>
    public int CountOf(string stream) => stream[0] == '#' ? inRooms.GetValueOrDefault(stream) : Of(stream).Length;

    /// <summary>Rooms with connections on this node, and the number of those.</summary>
    public IEnumerable<KeyValuePair<string, int>> Rooms => inRooms.Where(room => room.Value > 0);

    /// <summary>Returns the number of users with a connection on this node.</summary>
    public int CountUsers() => online.Count;

    /// <summary>All connections on this node.</summary>
    public IReadOnlyList<OnlineConnection> All => [.. online.Values.SelectMany(connections => connections)];

    /// <summary>Returns the user's connections on this node.</summary>
    public ImmutableArray<OnlineConnection> Of(string user) => online.GetValueOrDefault(user, []);

    /// <summary>Returns the users with the prefix and a connection on this node.</summary>
    public IEnumerable<string> Users(string prefix) => online.Keys.Where(user => user.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Adds a connection to its user's group. From now on it also follows the user's joins and leaves.</summary>
    /// <param name="after">The user's confirmed offset in the mailbox.</param>
    public async Task EnterMailboxAsync(OnlineConnection connection, long after)
    {
        await hub.Groups.AddToGroupAsync(connection.Id, connection.User);
        connection.CatchUp?.Begin(connection.User, after);
        // Last, because the mailbox must begin before any room.
        online.AddOrUpdate(connection.User, static (_, added) => [added], static (_, others, added) => others.Add(added), connection);
    }

    /// <summary>Adds a connection to the group of a room of its user.</summary>
    /// <param name="after">The user's confirmed offset in the room.</param>
    public Task EnterRoomAsync(OnlineConnection connection, string room, long after) =>
        connection.EnterAsync(room, after, () => EnterGroup(connection, room));

    /// <summary>Adds all connections of a user to a room's group, or removes them from it.</summary>
    public async Task ApplyAsync(Membership membership)
    {
        foreach (var connection in Of(membership.User))
            await (membership.IsMember
                ? connection.JoinedAsync(membership.Room, membership.Head, () => EnterGroup(connection, membership.Room))
                : connection.LeftAsync(membership.Room, () => LeaveGroup(connection, membership.Room)));
    }

    /// <summary>Ends the user's connections on this node, and returns their number. Those that are authenticated and not yet in the group end when they
    /// enter it.</summary>
    public async Task<int> EndConnectionsAsync(string user, Notice why)
    {
        closes.Add(user);
        var connections = Of(user);
        await Task.WhenAll(connections.Select(connection => connection.Control.EndAsync(why)));
        return connections.Length;
    }

    /// <summary>Removes a connection that has ended.</summary>
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
