namespace Chat.Protocol;

/// <summary>The figures of a node: the value of the topic <c>$server.stats</c>.</summary>
/// <param name="Connections">Open connections, by kind.</param>
/// <param name="MessagesIn">Messages per second that became durable, over the last second.</param>
/// <param name="MessagesOut">Messages per second handed to connections, counted once for each connection, over the last second.</param>
/// <param name="AppendP50">Median time in milliseconds from queueing a message to its receipt, over the last 10 s; 0 when there were none.</param>
/// <param name="AppendP99">The 99th percentile of the same time, in milliseconds.</param>
/// <param name="CommitMessages">Messages in a commit, on average over the last 10 s; 0 when there were none.</param>
/// <param name="AppendQueue">Messages and other changes that wait to be written.</param>
/// <param name="SlowCloses">Connections ended because the client read too slowly, since the start.</param>
/// <param name="Refused">Requests refused, since the start.</param>
/// <param name="Duplicates">Messages recognized by their id, since the start.</param>
/// <param name="CatchUps">Clients that were sent what they missed, since the start.</param>
/// <param name="Users">Users with a connection.</param>
/// <param name="Rooms">Up to 10 rooms with connected members, busiest first.</param>
/// <param name="MemoryBytes">Memory of the process (its working set), in bytes.</param>
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
    /// <summary>The topic. Only the server publishes it, once a second while it has a subscriber. Its values are not stored.</summary>
    public const string Topic = "$server.stats";
}

/// <summary>Numbers of open connections.</summary>
/// <param name="Hub">SignalR connections.</param>
/// <param name="Raw">Raw WebSocket connections.</param>
public sealed record ConnectionCounts(int Hub, int Raw);

/// <summary>The activity of a room.</summary>
/// <param name="Room">The room.</param>
/// <param name="Members">Number of members' connections.</param>
/// <param name="Messages">Number of messages in the last 10 s.</param>
public sealed record RoomStats(string Room, int Members, long Messages);
