using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;

namespace Chat.LoadTests.Scenarios;

/// <summary>Each arrival makes its recipient send its own message: one message of each connection is on its way.</summary>
internal sealed class PairLoop : ITraffic
{
    public static void Start(LoadGenerator generator)
    {
        generator.Traffic = new PairLoop();
        foreach (var connection in generator.Connections)
            generator.Send(connection, Clock.Now);
        generator.Flush();
    }

    public void OnArrival(LoadGenerator generator, Connection connection, long stamp) => generator.Send(connection, Clock.Now);
}

/// <summary>Each arrival at one connection makes one sender send again: a window of its messages is on its way.</summary>
internal sealed class SenderLoop(int sender, int observer) : ITraffic
{
    public void Start(LoadGenerator generator, int window)
    {
        generator.Traffic = this;
        for (var i = 0; i < window; i++)
            generator.Send(generator.Connections[sender], Clock.Now);
        generator.Flush();
    }

    public void OnArrival(LoadGenerator generator, Connection connection, long stamp)
    {
        if (connection.Id == observer)
            generator.Send(generator.Connections[sender], Clock.Now);
    }
}

/// <summary>Each arrival makes the next connection in turn send: a constant number of messages is on its way, however many connections there are.</summary>
internal sealed class RoundRobinLoop : ITraffic
{
    private int next;

    public static void Start(LoadGenerator generator, int window)
    {
        var loop = new RoundRobinLoop();
        generator.Traffic = loop;
        for (var i = 0; i < window; i++)
            loop.OnArrival(generator, generator.Connections[0], 0);
        generator.Flush();
    }

    public void OnArrival(LoadGenerator generator, Connection connection, long stamp) =>
        generator.Send(generator.Connections[next++ % generator.Connections.Count], Clock.Now);
}
