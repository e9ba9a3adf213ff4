using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>The close codes of the raw endpoint, besides those that the WebSocket itself answers with (1002, 1007).</summary>
internal static class CloseCodes
{
    public const int Closed = 1000;
    public const int ShuttingDown = 1001;
    public const int Binary = 1003;
    public const int TooLarge = 1009;
    public const int InternalError = 1011;
    public const int Abuse = 4400;
    public const int Unauthenticated = 4401;
    public const int Forbidden = 4403;
    public const int NotRegistered = 4408;
    public const int TooManyConnections = 4429;
    public const int SlowReader = 4508;

    /// <summary>Every code.</summary>
    public static readonly int[] All =
        [Closed, ShuttingDown, Binary, TooLarge, InternalError, Abuse, Unauthenticated, Forbidden, NotRegistered, TooManyConnections, SlowReader];

    /// <summary>The code that says the same as a notice.</summary>
    public static int Of(Notice end) =>
        end.RetryAfter is not null ? ShuttingDown : end == Notice.Unauthenticated ? Unauthenticated : Forbidden;

    /// <summary>How long either side of a close is waited for before the TCP connection is cut.</summary>
    public static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);
}
