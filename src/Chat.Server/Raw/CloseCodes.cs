using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>The close codes of the raw endpoint. The WebSocket itself answers with two more: 1002 and 1007.</summary>
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
    public const int SlowClient = 4508;

    public const string InternalErrorReason = "The server failed.";
    public const string SlowClientReason = "The client reads too slowly. Reconnect to get what it missed.";

    /// <summary>Every code.</summary>
    public static readonly int[] All =
        [Closed, ShuttingDown, Binary, TooLarge, InternalError, Abuse, Unauthenticated, Forbidden, NotRegistered, TooManyConnections, SlowClient];

    /// <summary>Returns the code that has the same meaning as a notice.</summary>
    public static int Of(Notice end) =>
        end.RetryAfter is not null ? ShuttingDown : end == Notice.Unauthenticated ? Unauthenticated : Forbidden;

    /// <summary>The time that the server waits to send its close, and again for the close of the client. Then it cuts the TCP connection.</summary>
    public static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);
}
