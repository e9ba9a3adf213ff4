using Chat.LoadTests.Generator;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>All connections are in one room. The first sends to it, four messages on their way.</summary>
internal sealed class FanOutScenario : Scenario
{
    public const string Room = "#load";
    private const int InFlight = 4;

    public override string Name => "fan-out";

    public override bool Supports(MeasuredServer server) =>
        !server.IsVariant && server.Program is ServerProgram.Chat or ServerProgram.SignalR or ServerProgram.SocketIo;

    public override double Estimate(LabOptions options) => options.ConnectSeconds + options.Settle + options.Warm + options.Seconds;

    public override void Run(Trial trial)
    {
        using var server = trial.Start();
        using var generator = trial.Connect(server, trial.Options.Connections, Room);
        var sender = generator.Connections[0];
        sender.Message = trial.Server.Protocol(Room).MessageTo(sender, Room, Stamp.Content(trial.Options.Size));
        new SenderLoop(sender: 0, observer: 0).Start(generator, InFlight);
        generator.RunFor(trial.Options.Warm);
        trial.Add(Window.Measure(Name, generator, server, trial.Options.Seconds));
    }
}
