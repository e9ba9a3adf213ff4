using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Marks a conversation as read up to a position, on all devices of the user.</summary>
/// <param name="With">The other person; null when <paramref name="Room"/> is given.</param>
/// <param name="Room">The room; null when <paramref name="With"/> is given.</param>
/// <param name="Position">A position in the caller's mailbox, or in the room.</param>
public sealed record MarkReadRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Room,
    string? Position);

/// <summary>The read mark of the conversation.</summary>
/// <param name="Read">The requested position, or a later one that was marked before.</param>
public sealed record MarkReadAnswer(string Read);

/// <summary>A read mark that another device of the user has moved.</summary>
/// <param name="With">The other person; null for a room.</param>
/// <param name="Room">The room; null for a conversation with a person.</param>
/// <param name="Position">The position up to which the user has read.</param>
public sealed record ReadMark(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? With,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Room,
    string Position);
