namespace Chat.Protocol;

/// <summary>How a node is doing: the value of the topic <c>$server.stats</c>.</summary>
/// <param name="Connections">Open connections, by kind.</param>
/// <param name="MessagesIn">Messages that became durable, a second, over the last second.</param>
/// <param name="MessagesOut">Messages handed to live readers (once for each), a second, over the last second.</param>
/// <param name="AppendP50">Milliseconds from a message's coming to its being durable that half of the messages of the last 10 s took at most; 0 when there were none.</param>
/// <param name="AppendP99">The same for 99 of 100 messages, in milliseconds.</param>
/// <param name="CommitMessages">Messages in a commit, on average over the last 10 s; 0 when there were none.</param>
/// <param name="AppendQueue">Messages and other changes that wait to be written.</param>
/// <param name="SlowCloses">Readers ended for being slow, since the start.</param>
/// <param name="Refused">Requests refused, since the start.</param>
/// <param name="Duplicates">Messages known by their id, since the start.</param>
/// <param name="CatchUps">Readers given what they missed, since the start.</param>
/// <param name="Users">Users who have a connection.</param>
/// <param name="Rooms">Up to 10 rooms that somebody listens to, busiest first.</param>
/// <param name="MemoryBytes">Bytes of memory that the process holds (its working set).</param>
/// <param name="UptimeSeconds">Seconds since the start.</param>
public sealed record ServerStats(
    ConnectionCounts Connections,
    double MessagesIn,
    double MessagesOut,
    double AppendP50,
    double AppendP99,
    double CommitMessages,
    int AppendQueue,
    long SlowCloses,
    long Refused,
    long Duplicates,
    long CatchUps,
    int Users,
    IReadOnlyList<RoomStats> Rooms,
    long MemoryBytes,
    long UptimeSeconds)
{
    /// <summary>The topic. The server alone publishes it, each second while somebody subscribes; its values are not stored.</summary>
    public const string Topic = "$server.stats";
}

/// <summary>Open connections.</summary>
/// <param name="Hub">SignalR connections.</param>
/// <param name="Raw">Raw WebSocket connections.</param>
public sealed record ConnectionCounts(int Hub, int Raw);

/// <summary>How busy a room is.</summary>
/// <param name="Room">The room.</param>
/// <param name="Members">Connections of members.</param>
/// <param name="Messages">Messages in the last 10 s.</param>
public sealed record RoomStats(string Room, int Members, long Messages);
