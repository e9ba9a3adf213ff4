using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>A message from a back end.</summary>
/// <param name="To">The recipient: a user id or a room.</param>
/// <param name="Content">The text, at most <c>Chat:Messaging:MaxFrameBytes</c> bytes in UTF-8.</param>
/// <param name="From">The sender. Over HTTP the default is the key's name; another needs the scope <c>impersonate</c>.</param>
/// <param name="Id">Idempotency key, 1–64 characters of the user-id alphabet. The same sender, key, recipient and content within
/// 24 hours are answered with the first receipt.</param>
public sealed record PushRequest(
    string? To,
    string? Content,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null)
{
    /// <summary>Returns the recipient without the content, which must not reach a log.</summary>
    public override string ToString() => $"push to {To}";
}

/// <summary>Proof that a pushed message is durable.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Stream">The recipient's stream.</param>
/// <param name="Offset">The message's offset in it.</param>
/// <param name="Position">The message's position in it.</param>
/// <param name="SentAt">The time of the append, in UTC.</param>
/// <param name="Duplicate">Whether the same key was accepted before. Then nothing new was stored.</param>
/// <param name="OnlineConnections">Number of connections to this node that receive the stream.</param>
public sealed record PushReceipt(
    string Id,
    string Stream,
    long Offset,
    string Position,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset SentAt,
    bool Duplicate,
    int OnlineConnections);

/// <summary>Up to 1000 messages. The server accepts or refuses each by itself, in order.</summary>
/// <param name="Messages">One <see cref="PushRequest"/> an item. An item that cannot be read is refused; the others are not affected.</param>
public sealed record BatchRequest(IReadOnlyList<JsonElement>? Messages);

/// <summary>The results of a batch.</summary>
/// <param name="Results">A <see cref="PushReceipt"/> or a <see cref="Problem"/> for each message, in order.</param>
public sealed record BatchAnswer(IReadOnlyList<JsonElement> Results);

/// <summary>The refusal of a back end's request: problem details of RFC 9457 with the error's code.</summary>
/// <param name="Code">The error's code (<see cref="ChatError.Code"/>).</param>
/// <param name="Title">The error's text.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The exact reason.</param>
public sealed record Problem(string Code, string Title, int Status, string Detail);

/// <summary>Proof that a topic's value is durable.</summary>
/// <param name="Version">The value's version.</param>
/// <param name="Subscribers">Number of connections to this node that receive it.</param>
public sealed record TopicReceipt(long Version, int Subscribers);

/// <summary>The members of a room.</summary>
/// <param name="Members">User ids in ordinal order.</param>
public sealed record MembersAnswer(IReadOnlyList<string> Members);

/// <summary>The state of a user.</summary>
/// <param name="User">The user id.</param>
/// <param name="Online">Whether the user has a connection to this node.</param>
/// <param name="Connections">The number of these connections.</param>
/// <param name="Head">Position of the newest message in the mailbox.</param>
/// <param name="Confirmed">The confirmed position in the mailbox.</param>
/// <param name="Banned">Whether the user is banned.</param>
public sealed record UserAnswer(string User, bool Online, int Connections, string Head, string Confirmed, bool Banned);

/// <summary>Users with a mailbox or a connection.</summary>
/// <param name="Users">User ids in ordinal order.</param>
public sealed record UsersAnswer(IReadOnlyList<string> Users);

/// <summary>A user's connections to this node.</summary>
/// <param name="Connections">The connections, oldest first.</param>
public sealed record ConnectionsAnswer(IReadOnlyList<UserConnection> Connections);

/// <summary>A connection of a user.</summary>
/// <param name="Id">The connection's id.</param>
/// <param name="Kind"><c>hub</c> or <c>raw</c>.</param>
/// <param name="Since">The time of its start, in UTC.</param>
/// <param name="Address">The client's IP address, behind a known proxy the one in its header; null for a connection without TCP.</param>
/// <param name="QueuedBytes">Bytes that wait to be sent to it.</param>
public sealed record UserConnection(
    string Id,
    string Kind,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Address,
    long QueuedBytes);

/// <summary>The result of ending a user's connections.</summary>
/// <param name="Closed">The number of ended connections.</param>
public sealed record ClosedAnswer(int Closed);

/// <summary>The newest backup since the server's start.</summary>
/// <param name="State">One of <see cref="BackupState"/>.</param>
/// <param name="File">The file's final name in the folder <c>backups</c> beside the log; null before the first backup.</param>
/// <param name="BytesDone">Bytes written so far.</param>
/// <param name="BytesEstimated">The estimated size of the file in bytes; its exact size when it is done.</param>
/// <param name="StartedAt">The time of its start, in UTC.</param>
/// <param name="FinishedAt">The time of its end or failure, in UTC.</param>
/// <param name="Error">The reason of a failure.</param>
public sealed record BackupAnswer(
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File = null,
    long BytesDone = 0,
    long BytesEstimated = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset? StartedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset? FinishedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);

/// <summary>The states of a backup.</summary>
public static class BackupState
{
    /// <summary>There was no backup since the server's start.</summary>
    public const string None = "none";

    /// <summary>The file is being written.</summary>
    public const string Running = "running";

    /// <summary>The file is complete and on the disk.</summary>
    public const string Done = "done";

    /// <summary>The backup ended without a file.</summary>
    public const string Failed = "failed";
}
