namespace Chat.Protocol;

/// <summary>Confirms everything up to a position as received.</summary>
/// <param name="Stream">The stream: the caller's own user id, or a room it is in.</param>
/// <param name="Position">The position to confirm.</param>
public sealed record ConfirmRequest(string? Stream, string? Position);

/// <summary>Where the confirmed position stands now.</summary>
/// <param name="Position">The position that was asked for, or a later one that had been confirmed before.</param>
public sealed record ConfirmAnswer(string Position);
