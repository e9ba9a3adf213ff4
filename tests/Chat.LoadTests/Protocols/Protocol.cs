using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>The client's side of a protocol. One instance serves all connections of a generator, on its thread.</summary>
internal abstract class Protocol
{
    /// <summary>The room or topic that every connection joins; null for none.</summary>
    public string? Joins { get; init; }

    /// <summary>Returns the path of the WebSocket.</summary>
    public abstract string Path(Connection connection);

    /// <summary>Prepares a connection before it is opened.</summary>
    public virtual void Prepare(Connection connection)
    {
    }

    /// <summary>Begins the protocol on an open WebSocket.</summary>
    public abstract void OnUpgraded(LoadGenerator generator, Connection connection);

    /// <summary>Handles one WebSocket message.</summary>
    public abstract void OnMessage(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> payload);

    /// <summary>Builds the frame of a connection's messages.</summary>
    /// <param name="to">A user id, or the room that all have joined.</param>
    /// <param name="content">Content with an empty stamp.</param>
    public abstract StampedFrame MessageTo(Connection from, string to, string content);
}
