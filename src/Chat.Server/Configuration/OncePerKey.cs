namespace Chat.Server.Configuration;

/// <summary>Allows one log line for each key. It keeps the last 256 keys and allows ten lines a minute, so that callers can fill neither
/// memory nor the log. Thread-safe.</summary>
internal sealed class OncePerKey(TimeProvider time)
{
    private const int MaxKeys = 256;
    private const int LinesPerMinute = 10;

    private readonly Lock gate = new();
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Queue<string> oldest = [];
    private long minute = time.GetTimestamp();
    private int lines;

    /// <summary>Returns whether to write the line of a key. A line over the minute's limit may be written the next time.</summary>
    public bool IsFirst(string key)
    {
        lock (gate)
        {
            if (keys.Contains(key) || !HasCapacity())
                return false;
            if (keys.Count == MaxKeys)
                keys.Remove(oldest.Dequeue());
            keys.Add(key);
            oldest.Enqueue(key);
            return true;
        }
    }

    private bool HasCapacity()
    {
        if (time.GetElapsedTime(minute) >= TimeSpan.FromMinutes(1))
            (minute, lines) = (time.GetTimestamp(), 0);
        return lines++ < LinesPerMinute;
    }
}
