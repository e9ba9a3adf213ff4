using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Operations;

namespace Chat.Server.Delivery;

/// <summary>Adds a new connection to the groups of its user's streams: the mailbox first, then the rooms.</summary>
internal sealed class StreamEntrance(
    StreamGroups groups, IMembershipLog memberships, ConfirmedPositions confirmed, BannedUsers banned, RecentCloses closes, Drain drain)
{
    /// <remarks>The confirmed position is read before the connection enters the group. A message that another device confirms after that is
    /// delivered to this connection too.</remarks>
    /// <exception cref="LogUnavailableException"/>
    public async Task EnterAsync(OnlineConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var user = connection.User;
            var after = connection.CatchUp is null ? 0 : await confirmed.GetAsync(user, user, cancellationToken);
            await groups.EnterMailboxAsync(connection, after);
            // A ban, a close and a drain end only the connections that they find in the group; this one may have entered later.
            if (banned.Contains(user))
                await connection.Control.EndAsync(Notice.Banned);
            else if (closes.Cover(user, connection.AuthenticatedAt))
                await connection.Control.EndAsync(Notice.Kicked);
            else if (drain.HasBegun)
            {
                drain.EndLate(connection);
                connection.CompleteEntry();
                return;
            }
            foreach (var room in await memberships.GetRoomsAsync(user, cancellationToken))
                await groups.EnterRoomAsync(connection, room.Stream, confirmed.Newest(room));
            connection.CompleteEntry();
        }
        catch
        {
            Leave(connection);
            throw;
        }
    }

    /// <summary>Removes a connection that has ended.</summary>
    public void Leave(OnlineConnection connection) => groups.Leave(connection);
}
