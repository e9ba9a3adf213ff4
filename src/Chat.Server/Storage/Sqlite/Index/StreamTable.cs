using System.Collections.Concurrent;

namespace Chat.Server.Storage.Sqlite.Index;

/// <summary>The streams that memory knows. One that is not here has no unindexed messages, and its row tells all about it.</summary>
/// <param name="keptIdle">How many are known before those that nobody asks for are forgotten.</param>
internal sealed class StreamTable(int keptIdle)
{
    // So that no commit waits for long while they are looked at.
    private const int MaxLooks = 50_000;

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, StreamState> byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, StreamState> byId = new();
    private IEnumerator<KeyValuePair<string, StreamState>>? hand;
    private long forgotten;

    public IEnumerable<StreamState> All => byName.Values;

    public int Count => byName.Count;

    public StreamState? Find(string name)
    {
        if (!byName.TryGetValue(name, out var stream))
            return null;
        stream.WasAskedFor = true;
        return stream;
    }

    /// <summary>Finds a stream, or makes known what its row says; null when it has none.</summary>
    /// <param name="load">Reads the row as it is now.</param>
    public StreamState? Find(string name, Func<string, StreamState?> load)
    {
        while (true)
        {
            if (Find(name) is { } known)
                return known;
            var before = Volatile.Read(ref forgotten);
            if (load(name) is not { } loaded)
                return null;
            lock (gate)
                // What was written and forgotten again meanwhile is in the row, and may not be in what was read of it.
                if (before == forgotten)
                    return Add(loaded);
        }
    }

    public StreamState Get(long id) => byId[id];

    /// <summary>Adds a stream, or returns the one that somebody else has added meanwhile. The row must not have changed since it was read.</summary>
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

    /// <summary>Forgets streams that nobody has asked for since they were last looked at here, if too many are known. For the writer alone, between
    /// two transactions.</summary>
    /// <param name="written">Number of the newest message that the index has in the file.</param>
    /// <param name="retentionCount">Messages that a stream keeps; 0 for all.</param>
    public void ForgetIdle(long written, int retentionCount)
    {
        var excess = Count - keptIdle; // counted once: to count takes every lock there is
        for (var looks = 0; excess > 0; looks++)
        {
            if (looks == MaxLooks)
                return; // the next time goes on from here
            hand ??= byName.GetEnumerator();
            if (!hand.MoveNext())
                break;
            var stream = hand.Current.Value;
            if (!stream.WasAskedFor && stream.IsSettled(written, retentionCount))
            {
                Forget(stream);
                excess--;
            }
            stream.WasAskedFor = false;
        }
        hand = null;
    }

    private void Forget(StreamState stream)
    {
        lock (gate)
        {
            forgotten++;
            byName.TryRemove(KeyValuePair.Create(stream.Name, stream));
            byId.TryRemove(KeyValuePair.Create(stream.Id, stream));
        }
    }
}
