using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Changes who is in which room, in the transaction. Belongs to the writer.</summary>
internal sealed class Memberships(
    LogNumbers numbers, StreamRows streams, MessageRows messages, MemberRows members, ConfirmedRows confirmed, ReadMarkRows readMarks)
{
    /// <param name="user">The user.</param>
    /// <param name="room">The room.</param>
    /// <param name="maxRooms">Most rooms that the user may be in; 0 for any number.</param>
    /// <exception cref="ChatException">The user is in too many rooms; nothing was written.</exception>
    public Membership Join(string user, string room, int maxRooms)
    {
        var stream = streams.Find(room);
        var head = stream?.UncommittedHead ?? 0;
        var isNew = !members.Contains(room, user);
        if (isNew && maxRooms > 0 && members.CountRooms(user) >= maxRooms)
            throw new ChatException(ChatError.RateLimited, $"A user is in at most {maxRooms} rooms.");
        if (isNew)
        {
            numbers.CountOtherChange();
            members.Add(room, user);
            confirmed.Move(new Confirmation(user, room, head));
            readMarks.Move(user, room, head, stream is null ? 0 : messages.CountSent(stream, user));
        }
        return new Membership(user, room, IsMember: true, isNew, head);
    }

    public Membership Leave(string user, string room)
    {
        var wasMember = members.Contains(room, user);
        if (wasMember)
            numbers.CountOtherChange();
        members.Remove(room, user);
        confirmed.Remove(user, room);
        readMarks.Remove(user, room);
        return new Membership(user, room, IsMember: false, wasMember, 0);
    }
}
