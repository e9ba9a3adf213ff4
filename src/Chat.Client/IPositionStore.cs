namespace Chat.Client;

/// <summary>Stores the position up to which each of a user's streams was read.</summary>
/// <remarks>A position is saved when the consumer requests the next message. After a crash before that, the message comes again. Calls come one at
/// a time. An exception of a call ends <see cref="ChatClient.ReadMessagesAsync"/>.</remarks>
public interface IPositionStore
{
    /// <summary>Returns the saved positions by stream.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(string user, CancellationToken cancellationToken);

    /// <summary>Replaces the position of a stream. Atomic, even if the process is killed.</summary>
    /// <param name="user">The user id.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="position">The position; null removes the stream, because the user has left the room.</param>
    ValueTask SaveAsync(string user, string stream, string? position);
}
