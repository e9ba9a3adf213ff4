using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Word from the server about the connection.</summary>
/// <param name="Code">One of <c>trimmed</c> (raw only) and <c>slow_consumer</c>.</param>
/// <param name="Text">The same for people.</param>
/// <param name="RetryAfter">Seconds to wait before the client connects again, if it should wait.</param>
public sealed record Notice(
    string Code,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter = null)
{
    /// <summary>The connection took its messages too slowly and ends; what it missed is in the log.</summary>
    public static Notice SlowConsumer { get; } = new("slow_consumer", "This connection read too slowly. Reconnect and resume: nothing is lost.");

    /// <summary>Messages that had not been confirmed were removed by retention.</summary>
    public static Notice Trimmed { get; } = new("trimmed", "Older messages were removed by retention before they could be delivered.");
}
