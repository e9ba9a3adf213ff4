using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>Version 4 of socket.io's protocol over its WebSocket transport: the events <c>register(id)</c>, <c>send(to, content)</c> and
/// <c>message(content)</c>.</summary>
internal sealed class SocketIoProtocol : Protocol
{
    public override string Path(Connection connection) => "/socket.io/?EIO=4&transport=websocket";

    public override void OnUpgraded(LoadGenerator generator, Connection connection)
    {
    }

    public override void OnMessage(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> payload)
    {
        if (payload.SequenceEqual("2"u8))
            generator.Send(connection, ClientFrame.Of("3"));
        else if (connection.State == ConnectionState.Ready)
            while (Stamp.TryFind(ref payload, out var stamp))
                generator.OnArrival(connection, stamp);
        else if (payload.StartsWith("0"u8))
            generator.Send(connection, ClientFrame.Of("40"));
        else if (payload.StartsWith("40"u8))
            Register(generator, connection);
    }

    public override StampedFrame MessageTo(Connection from, string to, string content) => new($"42[\"send\",\"{to}\",\"{content}\"]");

    private void Register(LoadGenerator generator, Connection connection)
    {
        generator.Send(connection, ClientFrame.Of($"42[\"register\",\"{connection.User}\"]"));
        if (Joins is not null)
            generator.Send(connection, ClientFrame.Of($"42[\"register\",\"{Joins}\"]"));
        generator.MarkReady(connection);
    }
}
