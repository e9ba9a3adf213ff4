namespace Chat.Protocol;

/// <summary>Joins or leaves a room.</summary>
/// <param name="Room">The room, including <c>#</c>.</param>
public sealed record RoomRequest(string? Room);

/// <summary>Confirms the caller's membership.</summary>
/// <param name="Room">The room.</param>
/// <param name="Head">Position of its newest message. Later messages are delivered.</param>
public sealed record JoinAnswer(string Room, string Head);

/// <summary>Confirms the end of the caller's membership.</summary>
/// <param name="Room">The room.</param>
public sealed record LeaveAnswer(string Room);
