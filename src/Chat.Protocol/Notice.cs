using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Word from the server about the connection.</summary>
/// <param name="Code">One of <c>trimmed</c> (raw only), <c>draining</c>, <c>expiring</c>, <c>unauthenticated</c>, <c>slow_consumer</c>, <c>kicked</c> and <c>banned</c>.</param>
/// <param name="Text">The same for people.</param>
/// <param name="RetryAfter">Seconds to wait before the client connects again, if it should wait.</param>
public sealed record Notice(
    string Code,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter = null)
{
    /// <summary>The connection took its messages too slowly and ends; what it missed is in the log.</summary>
    public static Notice SlowConsumer { get; } = new("slow_consumer", "This connection read too slowly. Reconnect and resume: nothing is lost.");

    /// <summary>The server is going to stop, and the connection ends.</summary>
    /// <param name="retryAfter">Seconds to wait before the client connects again: another for each, so that not all come at once.</param>
    public static Notice Draining(int retryAfter) => new("draining", "The server is stopping. Reconnect in a while: nothing is lost.", retryAfter);

    /// <summary>The connection's token expires in a minute.</summary>
    public static Notice Expiring { get; } = new("expiring", "The token expires soon. Refresh it, or reconnect with a new one.");

    /// <summary>The connection's token has expired, and the connection ends.</summary>
    public static Notice Unauthenticated { get; } = new("unauthenticated", "The token has expired. Reconnect with a new one.");

    /// <summary>An operator has ended the connection.</summary>
    public static Notice Kicked { get; } = new("kicked", "An operator has ended this connection.");

    /// <summary>The user is banned, and the connection ends.</summary>
    public static Notice Banned { get; } = new("banned", "This user is banned.");

    /// <summary>Messages that had not been confirmed were removed by retention.</summary>
    public static Notice Trimmed { get; } = new("trimmed", "Older messages were removed by retention before they could be delivered.");
}
