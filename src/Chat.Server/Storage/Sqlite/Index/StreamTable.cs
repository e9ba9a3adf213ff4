using System.Collections.Concurrent;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>The streams in memory. The writer alone changes the table; any thread may look.</summary>
/// <remarks>A stream that is not here has no unindexed messages: its row describes it completely.</remarks>
/// <param name="keptIdle">Streams that memory keeps before the writer removes idle ones.</param>
internal sealed class StreamTable(int keptIdle)
{
    // Bounds one removal, because commits wait for it.
    private const int MaxChecksPerRemoval = 50_000;

    private readonly ConcurrentDictionary<string, StreamState> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<long, StreamState> byId = []; // for the writer alone
    private IEnumerator<KeyValuePair<string, StreamState>>? idleScan;

    public IEnumerable<StreamState> All => byName.Values;

    public int Count => byName.Count;

    public StreamState? Find(string name) => byName.TryGetValue(name, out var stream) ? stream : null;

    /// <summary>Finds a stream for the writer, and protects it from the next removal.</summary>
    public StreamState? Use(string name)
    {
        var stream = Find(name);
        stream?.WasUsed = true;
        return stream;
    }

    /// <summary>Finds a stream for the writer by its id.</summary>
    public StreamState Get(long id) => byId[id];

    /// <summary>Adds a stream. For the writer alone.</summary>
    public StreamState Add(StreamState stream)
    {
        byId.Add(stream.Id, stream);
        byName[stream.Name] = stream;
        return stream;
    }

    /// <summary>Removes streams that the writer has not used since the last scan, if there are too many. For the writer alone, between two
    /// transactions.</summary>
    /// <param name="indexed">Number of the newest message that the index in the file holds.</param>
    /// <param name="retentionCount">Messages that a stream keeps; 0 for all.</param>
    public void RemoveIdle(long indexed, int retentionCount)
    {
        var excess = Count - keptIdle; // counted once: counting takes every lock of the dictionary
        for (var checks = 0; excess > 0; checks++)
        {
            if (checks == MaxChecksPerRemoval)
                return; // the next call continues here
            idleScan ??= byName.GetEnumerator();
            if (!idleScan.MoveNext())
                break;
            var stream = idleScan.Current.Value;
            if (!stream.WasUsed && stream.IsCompleteInFile(indexed, retentionCount))
            {
                byName.TryRemove(idleScan.Current);
                byId.Remove(stream.Id);
                excess--;
            }
            stream.WasUsed = false;
        }
        idleScan = null;
    }
}
