using Chat.LoadTests.Generator;
using Chat.LoadTests.Results;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>A back end publishes values of one topic faster than the server conflates them. All connections subscribe.</summary>
internal sealed class TopicsScenario : Scenario
{
    private const string Topic = "$load";
    private const int Rate = 200;

    public override string Name => "topics";

    public override bool Supports(MeasuredServer server) => server is { IsChat: true, IsVariant: false };

    public override double Estimate(LabOptions options) => options.ConnectSeconds + (2 * options.Settle) + (options.Warm / 2) + options.Seconds;

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, trial.Options.Connections, Topic);
        generator.Traffic = new LastValue();
        using var publisher = new TopicPublisher(server.Port, Topic[1..], Rate);
        generator.RunFor(trial.Options.Warm / 2);
        var before = publisher.Published;
        var result = Window.Measure(Name, generator, server, trial.Options.Seconds);
        result.Figures[Figure.Published] = (publisher.Published - before) / trial.Options.Seconds;
        result.Figures.Remove(Figure.Waiting);
        var last = publisher.Stop();
        if (!generator.RunUntil(() => generator.Connections.All(connection => connection.Mark == last), limitSeconds: 10))
            throw new InvalidOperationException("Not all subscribers received the last value.");
        trial.Add(result);
    }

    private sealed class LastValue : ITraffic
    {
        public void OnArrival(LoadGenerator generator, Connection connection, long stamp) => connection.Mark = stamp;
    }
}
