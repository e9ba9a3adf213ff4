namespace Chat.Terminal;

/// <summary>How long is waited, once the input has ended, for what must still be sent and shown: until nothing has been for a while. Thread-safe.</summary>
internal sealed class Patience : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource givenUp = new();
    private volatile bool isEnding;

    public CancellationToken GivenUp => givenUp.Token;

    /// <summary>The input has ended.</summary>
    public void Begin()
    {
        isEnding = true;
        Renew();
    }

    /// <summary>Something was sent or shown.</summary>
    public void Renew()
    {
        if (isEnding)
            givenUp.CancelAfter(Limit);
    }

    public void Dispose() => givenUp.Dispose();
}
