using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>Large messages to a room at a fixed rate: first all members read, then one in a hundred stops reading.</summary>
internal sealed class StalledScenario : Scenario
{
    private const int Size = 32_000, Rate = 10, EachStalled = 100, StalledReceiveBuffer = 4_096;

    public override string Name => "stalled";

    public override bool Supports(MeasuredServer server) =>
        !server.IsVariant && server.Program is ServerProgram.Chat or ServerProgram.SignalR or ServerProgram.SocketIo;

    public override double Estimate(LabOptions options) => options.ConnectSeconds + (3 * options.Settle) + (options.Warm / 2) + (2 * options.Seconds);

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = new LoadGenerator(trial.Server.Protocol(FanOutScenario.Room), server.Port) { AllowsClose = true, Senders = 1 };
        generator.Connect(trial.Options.Connections, receiveBuffer: id => WillStall(id, trial.Options) ? StalledReceiveBuffer : 0);
        generator.RunFor(trial.Options.Settle);
        var sender = generator.Connections[0];
        sender.Message = trial.Server.Protocol(FanOutScenario.Room).MessageTo(sender, FanOutScenario.Room, Stamp.Content(Size));
        generator.Schedule = new Schedule(Clock.Now, Rate);
        generator.RunFor(trial.Options.Warm / 2);
        trial.Add(Window.Measure("stalled-none", generator, server, trial.Options.Seconds));
        foreach (var connection in generator.Connections)
            connection.IsStalled = WillStall(connection.Id, trial.Options);
        generator.RunFor(trial.Options.Settle);
        trial.Add(Window.Measure("stalled-1%", generator, server, trial.Options.Seconds));
    }

    // A run with few connections stalls one.
    private static bool WillStall(int id, LabOptions options) => id % Math.Min(EachStalled, options.Connections) == Math.Min(EachStalled, options.Connections) - 1;
}
