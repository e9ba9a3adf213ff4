using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Announces what the server does with the connection next.</summary>
/// <param name="Code">One of <c>trimmed</c> (raw only), <c>draining</c>, <c>expiring</c>, <c>unauthenticated</c>, <c>slow_consumer</c>, <c>kicked</c> and <c>banned</c>.</param>
/// <param name="Text">The text for people.</param>
/// <param name="RetryAfter">Seconds to wait before connecting again; null without a wait.</param>
public sealed record Notice(
    string Code,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter = null)
{
    /// <summary>The client read too slowly, and the connection ends. Missed messages are in the log.</summary>
    public static Notice SlowConsumer { get; } = new("slow_consumer", "This connection read too slowly. Reconnect and resume: nothing is lost.");

    /// <summary>The server stops, and the connection ends.</summary>
    /// <param name="retryAfter">Seconds to wait before connecting again. They differ between clients, so that not all connect at once.</param>
    public static Notice Draining(int retryAfter) => new("draining", "The server is stopping. Reconnect in a while: nothing is lost.", retryAfter);

    /// <summary>The connection's token expires in one minute.</summary>
    public static Notice Expiring { get; } = new("expiring", "The token expires soon. Refresh it, or reconnect with a new one.");

    /// <summary>The connection's token has expired, and the connection ends.</summary>
    public static Notice Unauthenticated { get; } = new("unauthenticated", "The token has expired. Reconnect with a new one.");

    /// <summary>An operator has ended the connection.</summary>
    public static Notice Kicked { get; } = new("kicked", "An operator has ended this connection.");

    /// <summary>The user is banned, and the connection ends.</summary>
    public static Notice Banned { get; } = new("banned", "This user is banned.");

    /// <summary>Retention removed messages that were not confirmed.</summary>
    public static Notice Trimmed { get; } = new("trimmed", "Retention removed older messages before they were delivered.");
}
