using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>The caller's conversation with a person, or one of its rooms.</summary>
/// <param name="With">The person; null for a room.</param>
/// <param name="Room">The room; null for a person.</param>
/// <param name="Last">The newest message; null when none is kept.</param>
/// <param name="Unread">Number of kept messages from others after <paramref name="Read"/>.</param>
/// <param name="Read">The position in the mailbox or the room up to which the caller has read. Offset 0 when nothing was read.</param>
public sealed record Conversation(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Room,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Message? Last,
    long Unread,
    string Read);
