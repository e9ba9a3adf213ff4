using System.Collections.Concurrent;

namespace Chat.Server.Storage.Sqlite;

/// <summary>The streams that memory knows. One that is not here has no unindexed messages, and its row tells all about it.</summary>
internal sealed class StreamTable
{
    private readonly ConcurrentDictionary<string, StreamState> byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, StreamState> byId = new();

    public IEnumerable<StreamState> All => byName.Values;

    public StreamState? Find(string name) => byName.GetValueOrDefault(name);

    public StreamState Get(long id) => byId[id];

    /// <summary>Adds a stream, or returns the one that somebody else has added meanwhile.</summary>
    public StreamState Add(StreamState stream)
    {
        var added = byName.GetOrAdd(stream.Name, stream);
        byId.TryAdd(added.Id, added);
        return added;
    }
}
