using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Marks a conversation as read up to a position: for the user, on all devices.</summary>
/// <param name="With">The person that the conversation is with, or null. Of the two exactly one is given.</param>
/// <param name="Room">The room that the conversation is in, or null.</param>
/// <param name="Position">A position in the caller's own mailbox, or in the room.</param>
public sealed record MarkReadRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Room,
    string? Position);

/// <summary>How far the conversation is read now.</summary>
/// <param name="Read">The position that was asked for, or a later one up to which it had been read before.</param>
public sealed record MarkReadAnswer(string Read);

/// <summary>Another device of the user has read a conversation further.</summary>
/// <param name="With">The person that the conversation is with; null for a room.</param>
/// <param name="Room">The room that the conversation is in; null for a person.</param>
/// <param name="Position">How far it is read now.</param>
public sealed record ReadMark(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Room,
    string Position);
