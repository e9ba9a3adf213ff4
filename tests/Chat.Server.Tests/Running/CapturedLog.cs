using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Running;

/// <summary>Keeps every line that a server logs, at every level, and tells when a certain one has come.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> waiting = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    /// <summary>The first line that is wanted, among those that were logged and those to come.</summary>
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

    public override string ToString()
    {
        lock (gate)
            return string.Join('\n', lines);
    }

    public void Dispose() { }

    private void Add(string line)
    {
        lock (gate)
        {
            lines.Add(line);
            foreach (var (wanted, found) in waiting)
                if (wanted(line))
                    found.TrySetResult(line);
        }
    }

    private sealed class Logger(string category, CapturedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
