namespace Chat.Server;

/// <summary>The state of the chat server in this process. <c>AddChat</c> registers it as a singleton.</summary>
public sealed class ChatServer : IDisposable
{
    private readonly CancellationTokenSource failed = new();
    private Exception? failure;

    internal ChatServer()
    {
    }

    /// <summary>The reason why the server can no longer trust its message log; null while it is healthy.</summary>
    /// <remarks>Once set, it stays. The server then stores nothing, refuses every call as <c>unavailable</c>, closes its connections and asks the
    /// host to stop. The application must end its process: only a new start finds out what is durable.</remarks>
    public Exception? Failure => Volatile.Read(ref failure);

    /// <summary>Is cancelled when <see cref="Failure"/> is set. The server calls its callbacks on a thread of the pool.</summary>
    public CancellationToken Failed => failed.Token;

    /// <summary>Sets <see cref="Failure"/> if it is not set. Returns at once: the log's writer calls it.</summary>
    internal void Fail(Exception reason)
    {
        if (Interlocked.CompareExchange(ref failure, reason, null) is null)
            _ = failed.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => failed.Dispose();
}
