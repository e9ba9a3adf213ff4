using System.Text;
using Chat.Terminal;

if (Arguments.Parse(args) is not { } arguments)
{
    Output.Say(Arguments.Usage);
    return 2;
}
Console.InputEncoding = Console.OutputEncoding = Encoding.UTF8;

using var positions = new PositionFile(arguments.Server, arguments.User);
// Shown first, remembered then: killed in between, it is shown once more, and not lost.
var mailbox = new Mailbox((message, position) =>
{
    Output.Show(message);
    positions.Write(position);
});
using var givenUp = new CancellationTokenSource();
await using var connection = new ChatConnection(arguments.Server, arguments.User);
var catchUp = new CatchUp(connection, mailbox, arguments.User, positions.Read(), givenUp.Token);
var outbox = new Outbox(connection, givenUp.Token);
connection.Connected += catchUp.Want;
connection.Received += message =>
{
    // The user may be in rooms, where this console is not.
    if (message.Stream == arguments.User && mailbox.Receive(message))
        catchUp.Want();
};
connection.Start();

var talking = TalkAsync();
if (await Task.WhenAny(talking, connection.Refused) != talking)
{
    Output.Say($"the server does not accept {arguments.User}");
    return 1;
}
return await talking ? 0 : 1;

async Task<bool> TalkAsync()
{
    // Reading from a console blocks, whatever its name says.
    await Task.Run(new Prompt(outbox, arguments.User, arguments.To).ReadAsync);
    // What cannot be sent and shown so long after the input has ended is given up.
    givenUp.CancelAfter(TimeSpan.FromSeconds(10));
    var sent = await outbox.DrainAsync();
    var shown = await catchUp.DrainAsync();
    return sent && shown;
}
