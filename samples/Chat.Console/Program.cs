using System.Text;
using Chat.Client;
using Chat.Protocol;
using Chat.Terminal;
using Microsoft.AspNetCore.SignalR;

const int AllSent = 0, Refused = 1, NotAllSent = 2;
Console.InputEncoding = Console.OutputEncoding = Encoding.UTF8;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return Refused;
}
var isTyped = !Console.IsInputRedirected;
IScreen screen = !arguments.Json && TerminalScreen.IsPossible ? new TerminalScreen() : new PlainScreen(arguments.Json);

using var givenUp = new CancellationTokenSource();
using var progress = new Progress(arguments.Server, screen);
await using var client = new ChatClient(new ChatClientOptions
{
    Server = arguments.Server,
    User = arguments.User,
    AccessToken = arguments.Token is { } token ? _ => Task.FromResult<string?>(token) : null,
    Positions = progress,
    FirstMessages = Messages.Context,
});
var before = ConnectionState.Connecting;
var wasConnected = false;
client.StateChanged += Tell;
client.NoticeReceived += notice => screen.Say(notice.Text);

using var sender = new Sender(client, screen, givenUp.Token);
var marks = new ReadMarks(client);
var newest = new Dictionary<string, string>();
var commands = new Commands(client, sender, screen, to => Read(to));
var messages = new Messages(client, progress, screen, Seen);
if (arguments.To is not null)
    commands.Choose(arguments.To);

var showing = messages.ShowAsync(withContext: !arguments.Json);
var talking = TalkAsync();
string why;
try
{
    if (await Task.WhenAny(talking, showing) == talking)
        return await talking;
    await showing;
    return Refused;
}
catch (ChatException)
{
    // Whoever waits for the server hears of it, and either may be the first.
    why = $"the server does not accept {arguments.User ?? "this token"}";
}
catch (HubException e)
{
    why = e.Message;
}
screen.EndInput();
screen.Say(why);
return Refused;

async Task<int> TalkAsync()
{
    var ended = Task.Run(ReadLinesAsync);
    var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    // The first ^C ends as /quit does; the second at once.
    Console.CancelKeyPress += (_, pressed) => pressed.Cancel = interrupted.TrySetResult();
    await await Task.WhenAny(ended, interrupted.Task);
    screen.EndInput();
    // What cannot be sent and shown so long after the input has ended is given up.
    givenUp.CancelAfter(TimeSpan.FromSeconds(10));
    var sent = await sender.DrainAsync();
    try
    {
        await messages.AllShownAsync(givenUp.Token);
        return sent ? AllSent : NotAllSent;
    }
    catch (OperationCanceledException)
    {
        screen.Say("could not fetch the last messages");
        return NotAllSent;
    }
}

// Reading from a console blocks, whatever its name says: on a thread of its own.
async Task ReadLinesAsync()
{
    if (isTyped)
        screen.Say("/help says what can be typed");
    while (screen.ReadLine(Prompt) is { } line && await commands.TakeAsync(line, isTyped))
    {
    }
}

string Prompt() => $"{commands.To ?? "nobody chosen"}{(client.State == ConnectionState.Connected ? "" : $" (not connected, {sender.Waiting} waiting)")}> ";

void Tell(ConnectionState state, Exception? why)
{
    if (state == ConnectionState.Connected)
        screen.Say(wasConnected ? "connected again" : "connected");
    else if (state == ConnectionState.Reconnecting)
        screen.Say(before == ConnectionState.Connected ? "connection lost, trying again" : "the server does not answer, trying again");
    wasConnected |= state == ConnectionState.Connected;
    before = state;
}

// Somebody looks at a terminal, and at the conversation that was chosen.
void Seen(Message message)
{
    var with = message.Stream[0] == '#' || message.From == message.Stream ? message.To : message.From;
    lock (newest)
        newest[with] = message.Position;
    if (with == commands.To)
        Read(with);
}

void Read(string with)
{
    lock (newest)
        if (screen is TerminalScreen && newest.Remove(with, out var position))
            marks.Mark(with, position);
}
