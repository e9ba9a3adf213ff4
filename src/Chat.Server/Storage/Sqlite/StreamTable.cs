using System.Collections.Concurrent;

namespace Chat.Server.Storage.Sqlite;

/// <summary>The streams that memory knows. One that is not here has no unindexed messages, and its row tells all about it.</summary>
internal sealed class StreamTable
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, StreamState> byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, StreamState> byId = new();

    public IEnumerable<StreamState> All => byName.Values;

    public StreamState? Find(string name) => byName.GetValueOrDefault(name);

    public StreamState Get(long id) => byId[id];

    /// <summary>Adds a stream, or returns the one that somebody else has added meanwhile.</summary>
    public StreamState Add(StreamState stream)
    {
        lock (gate)
        {
            if (Find(stream.Name) is { } known)
                return known;
            byId[stream.Id] = stream; // first: who finds it by name may look it up by id at once
            byName[stream.Name] = stream;
            return stream;
        }
    }
}
