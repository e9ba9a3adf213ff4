using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>A message from a back end.</summary>
/// <param name="To">The recipient: a user id or a room.</param>
/// <param name="Content">The text; its UTF-8 form is at most <c>Chat:Messaging:MaxFrameBytes</c> bytes long.</param>
/// <param name="From">Who it is from: over HTTP the key's name unless given, and another only with the scope <c>impersonate</c>.</param>
/// <param name="Id">Idempotency key, 1–64 characters of the user-id alphabet. The same key of the same sender with the same recipient and
/// content within 24 h is answered with the first receipt.</param>
public sealed record PushRequest(
    string? To,
    string? Content,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null)
{
    /// <summary>Says where it goes, never what it says.</summary>
    public override string ToString() => $"push to {To}";
}

/// <summary>Proof that a pushed message is durable.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Stream">The recipient's stream.</param>
/// <param name="Offset">Offset of the message in it.</param>
/// <param name="Position">Position of the message in it.</param>
/// <param name="SentAt">When the log took the message.</param>
/// <param name="Duplicate">True when the same key had been accepted before, and nothing new was stored.</param>
/// <param name="OnlineConnections">Connections of this node that hear the stream.</param>
public sealed record PushReceipt(
    string Id,
    string Stream,
    long Offset,
    string Position,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset SentAt,
    bool Duplicate,
    int OnlineConnections);

/// <summary>Up to 1000 messages; each is accepted or refused by itself, in order.</summary>
/// <param name="Messages">The messages; an item that cannot be read is refused like one that breaks a rule.</param>
public sealed record BatchRequest(IReadOnlyList<JsonElement>? Messages);

/// <summary>What became of a batch.</summary>
/// <param name="Results">A <see cref="PushReceipt"/> or a <see cref="Problem"/> for each message, in order.</param>
public sealed record BatchAnswer(IReadOnlyList<JsonElement> Results);

/// <summary>Why a request of a back end was refused: the problem details of RFC 9457, with the error's code.</summary>
/// <param name="Code">The error's code (<see cref="ChatError.Code"/>).</param>
/// <param name="Title">The error's text.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What exactly was wrong.</param>
public sealed record Problem(string Code, string Title, int Status, string Detail);

/// <summary>Proof that a topic's value is durable.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Subscribers">Connections of this node that are sent it.</param>
public sealed record TopicReceipt(long Version, int Subscribers);

/// <summary>Who is in a room.</summary>
/// <param name="Members">User ids in ordinal order.</param>
public sealed record MembersAnswer(IReadOnlyList<string> Members);

/// <summary>What is known of a user.</summary>
/// <param name="User">The user id.</param>
/// <param name="Online">Whether it has a connection on this node.</param>
/// <param name="Connections">How many.</param>
/// <param name="Head">Position of the newest message in its mailbox.</param>
/// <param name="Confirmed">Its confirmed position there.</param>
/// <param name="Banned">Whether it may not connect.</param>
public sealed record UserAnswer(string User, bool Online, int Connections, string Head, string Confirmed, bool Banned);

/// <summary>Users that the server knows.</summary>
/// <param name="Users">User ids in ordinal order.</param>
public sealed record UsersAnswer(IReadOnlyList<string> Users);

/// <summary>A user's connections on this node.</summary>
/// <param name="Connections">The oldest first.</param>
public sealed record ConnectionsAnswer(IReadOnlyList<UserConnection> Connections);

/// <summary>A connection of a user.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Kind"><c>hub</c> or <c>raw</c>.</param>
/// <param name="Since">When it began.</param>
/// <param name="Address">The client's IP address, as the known proxy before it says; null where it did not come by TCP.</param>
/// <param name="QueuedBytes">Bytes that wait to be sent to it.</param>
public sealed record UserConnection(
    string Id,
    string Kind,
    [property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Address,
    long QueuedBytes);

/// <summary>What became of a user's connections.</summary>
/// <param name="Closed">How many were ended.</param>
public sealed record ClosedAnswer(int Closed);

/// <summary>The newest backup since the server's start.</summary>
/// <param name="State">One of <see cref="BackupState"/>.</param>
/// <param name="File">Name of its file in the folder <c>backups</c> beside the log; it has that name once it is done. Null while there was no backup.</param>
/// <param name="BytesDone">Bytes that were written.</param>
/// <param name="BytesEstimated">Bytes that the file will have, about; its size once it is done.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it was done, or failed.</param>
/// <param name="Error">Why it failed.</param>
public sealed record BackupAnswer(
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File = null,
    long BytesDone = 0,
    long BytesEstimated = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset? StartedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset? FinishedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);

/// <summary>How a backup is doing.</summary>
public static class BackupState
{
    /// <summary>There was no backup since the server's start.</summary>
    public const string None = "none";

    /// <summary>It is being written.</summary>
    public const string Running = "running";

    /// <summary>The file is complete and on the disk.</summary>
    public const string Done = "done";

    /// <summary>It ended without a file.</summary>
    public const string Failed = "failed";
}
