using System.Text;
using Chat.Client;
using Chat.Protocol;
using Chat.Terminal;
using Microsoft.AspNetCore.SignalR;

const int AllSent = 0, Refused = 1, NotAllSent = 2, StreamFailed = 3;
Console.InputEncoding = Console.OutputEncoding = Encoding.UTF8;
if (!StandardStreams.HasError)
    Console.SetError(TextWriter.Null);
if (Arguments.Parse(args) is not { } arguments)
{
    if (Arguments.ProblemWithNames(args) is { } problem)
        PlainScreen.WriteError(problem);
    PlainScreen.WriteError(Arguments.Usage);
    return Refused;
}
if (!StandardStreams.HasInput || !StandardStreams.HasOutput)
{
    PlainScreen.WriteError(StandardStreams.HasInput ? "the output is closed" : "the input is closed");
    return StreamFailed;
}

var isTyped = !Console.IsInputRedirected;
IScreen screen = !arguments.Json && TerminalScreen.IsPossible ? new TerminalScreen() : new PlainScreen(arguments.Json);
using var idle = new IdleTimeout();
using var progress = new Progress(arguments.Server, screen, idle);
await using var client = new ChatClient(new ChatClientOptions
{
    Server = arguments.Server,
    User = arguments.User,
    AccessToken = arguments.Token is { } token ? _ => Task.FromResult<string?>(token) : null,
    Positions = progress,
    FirstMessages = Messages.Context,
});
ConnectionReport.Start(client, screen);
using var sender = new Sender(client, screen, idle);
var marks = new ReadMarks(client, screen.IsInteractive);
var messages = new Messages(client, progress, screen, marks);
var commands = new Commands(client, sender, messages, screen, marks, isTyped);
commands.Choose(arguments.To);
var input = new Input(client, commands, sender, messages, screen, idle, isTyped);

var (code, reason) = (Refused, "");
try
{
    var showing = messages.ShowAsync(withContext: !arguments.Json);
    var running = input.RunAsync();
    await await Task.WhenAny(running, showing, StandardStreams.OutputClosedAsync());
    return await running ? AllSent : NotAllSent;
}
catch (ChatException e) when (HttpRefusal.IsFinal(e.Error))
{
    // Both tasks throw this, and either may be the first.
    reason = $"the server does not accept {arguments.User ?? "this token"}: {e.Message}";
}
catch (ChatException e)
{
    reason = e.Message;
}
catch (HubException e)
{
    reason = e.Message;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    (code, reason) = (StreamFailed, e.Message);
}
screen.EndInput();
screen.Say(reason);
return code;
