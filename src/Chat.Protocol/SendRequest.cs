using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Sends a message.</summary>
/// <param name="To">The recipient: a user id or a room.</param>
/// <param name="Content">The text, at most <c>Chat:Messaging:MaxFrameBytes</c> bytes in UTF-8.</param>
/// <param name="Id">Idempotency key, 1–64 characters of the user-id alphabet. The same key with the same recipient and content
/// within 24 hours is answered with the first receipt.</param>
public sealed record SendRequest(
    string? To,
    string? Content,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null)
{
    /// <summary>Returns the largest size of a hub call in bytes: 6 bytes for each byte of content, because JSON writes a control character
    /// as <c>\u00XX</c>, and 4096 bytes for the rest of the call. The server ends the connection at a larger call.</summary>
    /// <param name="maxContentBytes">The largest content in bytes of UTF-8: the server's <c>Chat:Messaging:MaxFrameBytes</c>.</param>
    public static long MaxCallBytes(int maxContentBytes) => (6L * maxContentBytes) + 4096;

    /// <summary>Returns the recipient without the content: the framework logs arguments.</summary>
    public override string ToString() => $"send to {To}";
}
