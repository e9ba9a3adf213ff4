using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>What the caller and a person, or a room that the caller is in, have said to each other.</summary>
/// <param name="With">The person; null for a room. Of the two exactly one is there.</param>
/// <param name="Room">The room; null for a person.</param>
/// <param name="Last">The newest message; null when there is none, or none is kept any more.</param>
/// <param name="Unread">Messages from others after <paramref name="Read"/> that are still kept.</param>
/// <param name="Read">How far the caller has read: a position in its own mailbox, or in the room. Offset 0 when nothing was read.</param>
public sealed record Conversation(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Room,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Message? Last,
    long Unread,
    string Read);
