namespace Chat.Terminal;

/// <summary>Cancels the last sends and reads when, after the end of the input, nothing was sent or shown for 10 s. Thread-safe.</summary>
internal sealed class IdleTimeout : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource expired = new();
    private volatile bool isEnding;

    public CancellationToken Expired => expired.Token;

    /// <summary>Starts the time at the end of the input.</summary>
    public void Begin()
    {
        isEnding = true;
        Renew();
    }

    /// <summary>Restarts the time, because a message was sent or shown.</summary>
    public void Renew()
    {
        if (isEnding)
            expired.CancelAfter(Limit);
    }

    public void Dispose() => expired.Dispose();
}
