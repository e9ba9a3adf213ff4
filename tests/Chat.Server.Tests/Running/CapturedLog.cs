using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Running;

/// <summary>Keeps every line that a server logs, at every level, and waits for certain ones.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly Lines lines = new();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    /// <summary>Returns the first line that is wanted, of those logged so far and later.</summary>
    public Task<string> LineAsync(Func<string, bool> wanted) => lines.LineAsync(wanted);

    public override string ToString() => lines.ToString();

    public void Dispose() { }

    private sealed class Logger(string category, Lines lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
