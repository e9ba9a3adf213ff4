namespace Chat.Client;

/// <summary>Whom a client speaks to, and how.</summary>
public sealed record ChatClientOptions
{
    /// <summary>The server's address, such as <c>http://localhost:5000</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>Who the client is, where the server believes that (<c>Claimed</c>). Give this or <see cref="AccessToken"/>.</summary>
    public string? User { get; init; }

    /// <summary>Makes the token that says who the client is (<c>Jwt</c>). Asked again for each connection, and before a token expires.</summary>
    public Func<CancellationToken, Task<string?>>? AccessToken { get; init; }

    /// <summary>Where positions are kept. In memory, unless given.</summary>
    public IPositionStore Positions { get; init; } = new MemoryPositionStore();

    /// <summary>How many of its newest messages a stream begins with that <see cref="Positions"/> does not know, 0–500. Null: with what the user
    /// has not confirmed on any device.</summary>
    public int? FirstMessages { get; init; }

    /// <summary>The wait before the first attempt to connect again. Each further one waits twice as long, until a connection has lasted
    /// five seconds; every wait is cut by up to a half at random, so that a server that restarts is not met by all its clients at once.</summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first attempt to connect may take. An attempt that gets no answer in time is given up, and the next one goes without the
    /// transport that was silent. When no transport is left, the time is doubled, at most twice.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The server's <c>Chat:Messaging:MaxFrameBytes</c>. A longer content, in UTF-8, is refused here. If the server's own limit is smaller,
    /// a call that is far too large ends with <c>too_large</c>, and the text names both limits.</summary>
    public int MaxContentBytes { get; init; } = 64 << 10;

    /// <summary>The clock of the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long to wait when so many attempts have failed.</summary>
    internal TimeSpan Delay(int failures) =>
        Math.Min(MaxReconnectDelay.TotalSeconds, MinReconnectDelay.TotalSeconds * Math.Pow(2, failures)) * TimeSpan.FromSeconds(0.5 + Random.Shared.NextDouble() / 2);
}
