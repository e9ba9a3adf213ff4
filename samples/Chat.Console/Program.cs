using System.Text;
using Chat.Client;
using Chat.Protocol;
using Chat.Terminal;
using Microsoft.AspNetCore.SignalR;

const int AllSent = 0, Refused = 1, NotAllSent = 2, Cut = 3;
Console.InputEncoding = Console.OutputEncoding = Encoding.UTF8;
if (!Inherited.HasError)
    Console.SetError(TextWriter.Null);
if (Arguments.Parse(args) is not { } arguments)
{
    if (Arguments.ProblemWithNames(args) is { } problem)
        PlainScreen.Remark(problem);
    PlainScreen.Remark(Arguments.Usage);
    return Refused;
}
if (!Inherited.HasInput || !Inherited.HasOutput)
{
    PlainScreen.Remark(Inherited.HasInput ? "the output is closed" : "the input is closed");
    return Cut;
}

var isTyped = !Console.IsInputRedirected;
IScreen screen = !arguments.Json && TerminalScreen.IsPossible ? new TerminalScreen() : new PlainScreen(arguments.Json);
using var patience = new Patience();
using var progress = new Progress(arguments.Server, screen, patience);
await using var client = new ChatClient(new ChatClientOptions
{
    Server = arguments.Server,
    User = arguments.User,
    AccessToken = arguments.Token is { } token ? _ => Task.FromResult<string?>(token) : null,
    Positions = progress,
    FirstMessages = Messages.Context,
});
ConnectionRemarks.Begin(client, screen);
using var sender = new Sender(client, screen, patience);
var marks = new ReadMarks(client, screen.IsLookedAt);
var messages = new Messages(client, progress, screen, marks);
var commands = new Commands(client, sender, messages, screen, marks, isTyped);
commands.Choose(arguments.To);
var input = new Input(client, commands, sender, messages, screen, patience, isTyped);

var (code, why) = (Refused, "");
try
{
    var showing = messages.ShowAsync(withContext: !arguments.Json);
    var taking = input.TakeAsync();
    await await Task.WhenAny(taking, showing, Inherited.UnreadAsync());
    return await taking ? AllSent : NotAllSent;
}
catch (ChatException e) when (HttpRefusal.IsFinal(e.Error))
{
    // Every task that waits for the server throws this, and either may be the first.
    why = $"the server does not accept {arguments.User ?? "this token"}: {e.Message}";
}
catch (ChatException e)
{
    why = e.Message;
}
catch (HubException e)
{
    why = e.Message;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    (code, why) = (Cut, e.Message);
}
screen.EndInput();
screen.Say(why);
return code;
