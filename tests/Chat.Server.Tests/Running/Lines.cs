namespace Chat.Server.Tests.Running;

/// <summary>Keeps every line that a program writes, and waits for certain ones. Thread-safe.</summary>
internal sealed class Lines
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> waiting = [];

    public void Add(string line)
    {
        lock (gate)
        {
            lines.Add(line);
            foreach (var (wanted, found) in waiting)
                if (wanted(line))
                    found.TrySetResult(line);
        }
    }

    /// <summary>Returns the first line that is wanted, of those written so far and later.</summary>
    public Task<string> LineAsync(Func<string, bool> wanted)
    {
        lock (gate)
        {
            if (lines.Find(line => wanted(line)) is { } line)
                return Task.FromResult(line);
            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((wanted, found));
            return found.Task;
        }
    }

    public List<string> ToList()
    {
        lock (gate)
            return [.. lines];
    }

    public override string ToString() => string.Join('\n', ToList());
}
