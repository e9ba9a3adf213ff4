using Chat.Protocol;

namespace Chat.Client;

/// <summary>Where a reader stands in each of a user's streams, and in the store.</summary>
internal sealed class Places(string user, IPositionStore store)
{
    private readonly Dictionary<string, Position> reached = [];

    public string User => user;

    /// <summary>Stream → position, of all streams or of one.</summary>
    public Dictionary<string, string?> Of(string? stream = null) =>
        reached.Where(place => stream is null || place.Key == stream).ToDictionary(place => place.Key, place => (string?)place.Value.ToString());

    public bool Knows(string stream) => reached.ContainsKey(stream);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        // What a store has that is no position says no more than nothing.
        foreach (var (stream, text) in await store.LoadAsync(user, cancellationToken))
            if (Position.TryParse(text, out var position))
                reached[stream] = position;
    }

    /// <summary>How far a message is ahead in its stream: 1 when it is the next, less when it was read already; null when the stream has not
    /// begun, or is in another life of the log.</summary>
    public long? Distance(Message message)
    {
        var at = Parse(message.Position);
        return reached.TryGetValue(message.Stream, out var last) && last.Epoch == at.Epoch ? at.Offset - last.Offset : null;
    }

    /// <summary>Moves on in a stream, or begins it.</summary>
    public ValueTask SaveAsync(string stream, string position)
    {
        reached[stream] = Parse(position);
        return store.SaveAsync(user, stream, position);
    }

    /// <summary>There is no going on from here. The store knows it until the stream has begun anew.</summary>
    public void Leave(string stream) => reached.Remove(stream);

    /// <summary>Forgets a stream that is the user's no more.</summary>
    public ValueTask ForgetAsync(string stream)
    {
        reached.Remove(stream);
        return store.SaveAsync(user, stream, null);
    }

    private static Position Parse(string text) =>
        Position.TryParse(text, out var position) ? position : throw new InvalidDataException("The server sent no position.");
}
