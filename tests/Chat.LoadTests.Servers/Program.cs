using Chat.LoadTests.Servers;

// Runs one of the servers that the load lab compares Chat with: signalr, relay or legacy. They store nothing.
// Each is what a sensible user writes with the framework's defaults: no pooling, no batching, no tuned limits.
var builder = WebApplication.CreateBuilder(args[1..]);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSignalR();
var app = builder.Build();
switch (args[0])
{
    case "signalr":
        app.MapHub<PlainHub>("/chat");
        break;
    case "relay":
        app.UseWebSockets();
        app.Map(Relay.Path, new Relay().AcceptAsync);
        break;
    case "legacy":
        app.UseWebSockets();
        app.Map(LegacyEndpoint.Path, LegacyEndpoint.AcceptAsync);
        break;
    default:
        throw new ArgumentException($"There is no server '{args[0]}'. The servers are signalr, relay and legacy.");
}
await app.StartAsync();
// The lab reads the port from this line.
Console.WriteLine($"Now listening on: {app.Urls.First()}");
await app.WaitForShutdownAsync();
