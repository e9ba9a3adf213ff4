using Chat.Protocol;
using Chat.Terminal;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

var positions = new PositionFile(arguments.Server, arguments.User);
await using var connection = new HubConnectionBuilder()
    .WithUrl(new Uri(arguments.Server, $"/chat?userid={Uri.EscapeDataString(arguments.User)}"), HttpTransportType.WebSockets)
    .WithAutomaticReconnect(new ReconnectForEver())
    .AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default))
    .Build();
var mailbox = new Mailbox(connection, arguments.User, positions);
using var outbox = new Outbox(connection);

connection.On<Message>(nameof(IChatClient.ReceiveMessage), mailbox.Receive);
connection.On<Notice>(nameof(IChatClient.ReceiveNotice), notice => Output.Say(notice.Text));
connection.Reconnecting += _ =>
{
    Output.Say("connection lost, reconnecting");
    return Task.CompletedTask;
};
connection.Reconnected += async _ =>
{
    await mailbox.CatchUpAsync();
    Output.Say("connected again");
    outbox.Wake();
};

await ReconnectForEver.StartAsync(connection);
await mailbox.CatchUpAsync();
Output.Say($"you are {arguments.User}; /to USER chooses whom to write to, /quit ends");

var sending = outbox.RunAsync();
var to = arguments.To;
while (await Console.In.ReadLineAsync() is { } line && line != "/quit")
{
    if (line.StartsWith("/to ", StringComparison.Ordinal))
        to = line[4..].Trim();
    else if (line == "/help")
        Output.Say(Arguments.Usage);
    else if (line.Length > 0 && to is null)
        Output.Say("write to whom? /to USER");
    else if (line.Length > 0)
        outbox.Add(to!, line);
}
outbox.Complete();
return await sending ? 0 : 1;
