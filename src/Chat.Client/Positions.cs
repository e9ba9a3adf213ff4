using Chat.Protocol;

namespace Chat.Client;

/// <summary>The reached position of each of a user's streams, kept in step with the store. Not thread-safe.</summary>
internal sealed class Positions(string user, IPositionStore store)
{
    private readonly Dictionary<string, Position> reached = [];

    public string User => user;

    /// <summary>Returns the positions by stream, of all streams or of one.</summary>
    public Dictionary<string, string?> Of(string? stream = null) =>
        reached.Where(entry => stream is null || entry.Key == stream).ToDictionary(entry => entry.Key, entry => (string?)entry.Value.ToString());

    public bool Knows(string stream) => reached.ContainsKey(stream);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        // Invalid positions of a store are ignored.
        foreach (var (stream, text) in await store.LoadAsync(user, cancellationToken))
            if (Position.TryParse(text, out var position))
                reached[stream] = position;
    }

    /// <summary>Returns how far a message is ahead in its stream: 1 for the next one, less for one already read; null when the stream has no
    /// position, or one of another epoch.</summary>
    public long? Distance(Message message)
    {
        var at = Parse(message.Position);
        return reached.TryGetValue(message.Stream, out var last) && last.Epoch == at.Epoch ? at.Offset - last.Offset : null;
    }

    /// <summary>Sets and stores the position of a stream.</summary>
    public ValueTask SaveAsync(string stream, string position)
    {
        reached[stream] = Parse(position);
        return store.SaveAsync(user, stream, position);
    }

    /// <summary>Drops the position of a stream that cannot continue. The store keeps it until the stream has a new one.</summary>
    public void Reset(string stream) => reached.Remove(stream);

    /// <summary>Removes a stream that is no longer the user's.</summary>
    public ValueTask RemoveAsync(string stream)
    {
        reached.Remove(stream);
        return store.SaveAsync(user, stream, null);
    }

    private static Position Parse(string text) =>
        Position.TryParse(text, out var position) ? position : throw new InvalidDataException($"The server sent '{text}', which is not a position.");
}
