namespace Chat.Protocol;

/// <summary>Names a room to join or to leave.</summary>
/// <param name="Room">The room, <c>#</c> included.</param>
public sealed record RoomRequest(string? Room);

/// <summary>The caller is a member now.</summary>
/// <param name="Room">The room.</param>
/// <param name="Head">Position of its newest message: what follows is delivered.</param>
public sealed record JoinAnswer(string Room, string Head);

/// <summary>The caller is no member any more.</summary>
/// <param name="Room">The room.</param>
public sealed record LeaveAnswer(string Room);
