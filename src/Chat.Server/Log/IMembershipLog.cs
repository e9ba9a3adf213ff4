namespace Chat.Server.Log;

/// <summary>Who is in which room. Part of the log: memberships and messages have one order.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation. A room exists as soon as it is
/// named.</remarks>
internal interface IMembershipLog
{
    /// <summary>Makes the user a member; one that is stays what it is. A new member's confirmed position is the head.</summary>
    /// <remarks>Takes its place in the order before it returns, like a message: what the user sends afterwards is sent by a member. When the
    /// task completes the membership is durable and has been handed to the <see cref="ICommitListener"/>.</remarks>
    /// <param name="user">The user.</param>
    /// <param name="room">The room.</param>
    /// <param name="maxRooms">Most rooms that the user may be in; 0 for any number.</param>
    /// <exception cref="Protocol.ChatException"><c>rate_limited</c>: the user is in too many rooms.</exception>
    Task<Membership> JoinAsync(string user, string room, int maxRooms);

    /// <summary>Ends a membership, if there is one; otherwise like <see cref="JoinAsync"/>.</summary>
    Task<Membership> LeaveAsync(string user, string room);

    /// <summary>The user's rooms in ordinal order, each with the offset that the user has confirmed.</summary>
    ValueTask<IReadOnlyList<Confirmation>> GetRoomsAsync(string user, CancellationToken cancellationToken);

    /// <summary>The room's members in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> GetMembersAsync(string room, CancellationToken cancellationToken);

    ValueTask<bool> IsMemberAsync(string user, string room, CancellationToken cancellationToken);
}

/// <summary>The result of joining or leaving a room.</summary>
/// <param name="IsNew">Whether the membership changed; only a change is delivered.</param>
/// <param name="Head">Offset of the room's newest message: a new member receives the messages after it.</param>
internal sealed record Membership(string User, string Room, bool IsMember, bool IsNew, long Head) : ILogChange;
