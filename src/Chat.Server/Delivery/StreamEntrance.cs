using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Operations;

namespace Chat.Server.Delivery;

/// <summary>Brings a new connection into the groups of its user's streams: the mailbox first, then the rooms.</summary>
internal sealed class StreamEntrance(StreamGroups groups, IMembershipLog memberships, ConfirmedPositions confirmed, BannedUsers banned)
{
    /// <remarks>Where the user stands in a stream is read before the connection is in its group: what another device confirms after that, this
    /// one is given all the same.</remarks>
    /// <exception cref="LogUnavailableException"/>
    public async Task EnterAsync(OnlineConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var user = connection.User;
            var after = connection.CatchUp is null ? 0 : await confirmed.GetAsync(user, user, cancellationToken);
            await groups.EnterMailboxAsync(connection, after);
            // A ban ends the connections that it finds: this one may have come between.
            if (banned.Contains(user))
                await connection.Control.EndAsync(Notice.Banned);
            foreach (var room in await memberships.GetRoomsAsync(user, cancellationToken))
                await groups.EnterRoomAsync(connection, room.Stream, confirmed.Newest(room));
            connection.Entered();
        }
        catch
        {
            Leave(connection);
            throw;
        }
    }

    /// <summary>Forgets a connection that has ended.</summary>
    public void Leave(OnlineConnection connection) => groups.Leave(connection);
}
