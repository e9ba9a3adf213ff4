namespace Chat.Client;

/// <summary>Remembers how far a user's streams were read, so that the next reader goes on from there.</summary>
/// <remarks>A position is saved when the consumer has taken the message and asks for the next: after a crash in between, that message comes
/// again. Calls come one at a time from one reader. What a call throws ends the reader.</remarks>
public interface IPositionStore
{
    /// <summary>Returns what was saved: stream → position.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(string user, CancellationToken cancellationToken);

    /// <summary>Saves the position of a stream in the place of the one before. All or nothing, whatever happens to the process.</summary>
    /// <param name="user">Whose positions they are.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="position">The position; null forgets the stream: the user has left the room.</param>
    ValueTask SaveAsync(string user, string stream, string? position);
}
