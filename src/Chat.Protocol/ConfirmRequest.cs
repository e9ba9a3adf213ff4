namespace Chat.Protocol;

/// <summary>Confirms that the user has received everything up to a position.</summary>
/// <param name="Stream">The caller's own user id, or one of its rooms.</param>
/// <param name="Position">The position to confirm.</param>
public sealed record ConfirmRequest(string? Stream, string? Position);

/// <summary>The confirmed position of the stream.</summary>
/// <param name="Position">The requested position, or a later one that was confirmed before.</param>
public sealed record ConfirmAnswer(string Position);
