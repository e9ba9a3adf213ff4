namespace Chat.Client;

/// <summary>The options of a <see cref="ChatClient"/>.</summary>
public sealed record ChatClientOptions
{
    /// <summary>The server's address, such as <c>http://localhost:5000</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>The user id, for a server in the mode <c>Claimed</c>. Set either this or <see cref="AccessToken"/>.</summary>
    public string? User { get; init; }

    /// <summary>Returns a token of the user, for a server in the mode <c>Jwt</c>. Called for each connection, and before a token expires.</summary>
    public Func<CancellationToken, Task<string?>>? AccessToken { get; init; }

    /// <summary>Stores positions. By default in memory.</summary>
    public IPositionStore Positions { get; init; } = new MemoryPositionStore();

    /// <summary>The number of its newest messages, 0–500, with which a stream without a saved position begins. Null: it begins with the messages that
    /// the user has not confirmed on any device.</summary>
    public int? FirstMessages { get; init; }

    /// <summary>The wait before the first attempt to reconnect. It doubles with each further attempt, until a connection has lasted five seconds. A random
    /// part of up to one half is subtracted from every wait, so that not all clients reconnect to a restarted server at once.</summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time of the first attempt to connect: more than 0, at most one hour. An attempt without an answer in time is abandoned, and the
    /// next one omits the silent transport. When no transport is left, the time doubles, at most twice.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The server's <c>Chat:Messaging:MaxFrameBytes</c>. The client refuses longer content (bytes of UTF-8). If the server's own limit is
    /// smaller, a call that is far too large ends with <c>too_large</c>, and the text names both limits.</summary>
    public int MaxContentBytes { get; init; } = 64 << 10;

    /// <summary>The clock that measures the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Returns the wait after a number of failed attempts.</summary>
    internal TimeSpan Delay(int failures) =>
        Math.Min(MaxReconnectDelay.TotalSeconds, MinReconnectDelay.TotalSeconds * Math.Pow(2, failures)) * TimeSpan.FromSeconds(0.5 + Random.Shared.NextDouble() / 2);
}
