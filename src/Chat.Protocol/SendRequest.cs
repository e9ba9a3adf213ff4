using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>A message to send.</summary>
/// <param name="To">The recipient: a user id or a room.</param>
/// <param name="Content">The text; its UTF-8 form is at most <c>Chat:Messaging:MaxFrameBytes</c> bytes long.</param>
/// <param name="Id">Idempotency key, 1–64 characters of the user-id alphabet. The same key with the same recipient and content
/// within 24 h is answered with the first receipt.</param>
public sealed record SendRequest(
    string? To,
    string? Content,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null)
{
    /// <summary>Most bytes of a call of the hub, past which the server ends the connection: a content of control characters is six times as long
    /// in JSON; the rest is room for the envelope.</summary>
    /// <param name="maxContentBytes">Most bytes of a content in UTF-8: the server's <c>Chat:Messaging:MaxFrameBytes</c>.</param>
    public static long MaxCallBytes(int maxContentBytes) => (6L * maxContentBytes) + 4096;

    /// <summary>Says where it goes, never what it says: the framework logs arguments.</summary>
    public override string ToString() => $"send to {To}";
}
