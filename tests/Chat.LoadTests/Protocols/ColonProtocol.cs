using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>The frames <c>userid:toUserid:content</c>. Chat, the relays and the old endpoint speak them.</summary>
internal sealed class ColonProtocol : Protocol
{
    public override string Path(Connection connection) => "/api/home/connect";

    public override void OnUpgraded(LoadGenerator generator, Connection connection)
    {
        generator.Send(connection, ClientFrame.Of($"{connection.User}:{Joins}:"));
        generator.MarkReady(connection);
    }

    public override void OnMessage(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("system:error "u8))
            generator.Measures.WasRefused();
        else
            while (Stamp.TryFind(ref payload, out var stamp))
                generator.OnArrival(connection, stamp);
    }

    public override StampedFrame MessageTo(Connection from, string to, string content) => new($"{from.User}:{to}:{content}");
}
