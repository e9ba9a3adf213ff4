namespace Chat.Server.Log;

/// <summary>Stores the members of rooms. Part of the log: memberships and messages have one order.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation. Every valid room name is a room.</remarks>
internal interface IMembershipLog
{
    /// <summary>Makes the user a member, unless it is one. A new member's confirmed offset is the head.</summary>
    /// <remarks>The log orders the call before it returns, like a message: a later message of the user comes from a member. When the task completes,
    /// the membership is durable, and the <see cref="ICommitListener"/> has received it.</remarks>
    /// <param name="user">The user.</param>
    /// <param name="room">The room.</param>
    /// <param name="maxRooms">Most rooms that the user may be in; 0 for any number.</param>
    /// <exception cref="Protocol.ChatException"><c>rate_limited</c>: the user is in too many rooms.</exception>
    Task<Membership> JoinAsync(string user, string room, int maxRooms);

    /// <summary>Ends a membership, if there is one; otherwise like <see cref="JoinAsync"/>.</summary>
    Task<Membership> LeaveAsync(string user, string room);

    /// <summary>Returns the user's rooms in ordinal order, each with the user's confirmed offset.</summary>
    ValueTask<IReadOnlyList<Confirmation>> GetRoomsAsync(string user, CancellationToken cancellationToken);

    /// <summary>Returns the room's members in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> GetMembersAsync(string room, CancellationToken cancellationToken);

    ValueTask<bool> IsMemberAsync(string user, string room, CancellationToken cancellationToken);
}

/// <summary>The result of joining or leaving a room.</summary>
/// <param name="IsNew">Whether the membership changed; only a change is delivered.</param>
/// <param name="Head">Offset of the room's newest message: a new member receives the messages after it.</param>
internal sealed record Membership(string User, string Room, bool IsMember, bool IsNew, long Head) : ILogChange;
