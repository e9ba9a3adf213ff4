using System.Globalization;
using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>Runs input lines: commands, and messages to the chosen recipient.</summary>
/// <param name="isTyped">Whether a person types. Unknown commands are then reported and not sent.</param>
internal sealed class Commands(ChatClient client, Sender sender, Messages messages, IScreen screen, ReadMarks marks, bool isTyped)
{
    private const string Help = """
        any other line is sent to the chosen recipient
        /to NAME or /to #ROOM     choose the recipient
        /join #ROOM               join a room and choose it
        /leave [#ROOM]            leave a room
        /list (or /who)           list people and rooms with unread counts
        /history [COUNT]          show the last messages with the recipient
        /topic $NAME              follow a topic; repeat to stop
        /quit                     send waiting messages and exit
        // at the beginning       sends a line that begins with /
        """;

    private const string NoRecipient = "no recipient chosen: /to NAME or /to #ROOM";

    private readonly Dictionary<string, CancellationTokenSource> topics = [];

    /// <summary>The chosen recipient; null until one was chosen.</summary>
    public string? To { get; private set; }

    /// <summary>Chooses the recipient; null for none.</summary>
    public void Choose(string? to) => marks.Choose(To = to);

    /// <summary>Runs a line. Returns false at <c>/quit</c>.</summary>
    public async Task<bool> RunAsync(string line)
    {
        var words = line.Trim().Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var argument = words is [_, var rest] ? rest : null;
        try
        {
            switch (words is [var word, ..] ? word : "")
            {
                case "/quit":
                    return false;
                case "/help":
                    SayHelp();
                    break;
                case "/to":
                    TryChoose(argument);
                    break;
                case "/join" or "/leave" or "/list" or "/who" or "/history" when isTyped && client.State != ConnectionState.Connected:
                    screen.Say("not connected: this command needs a connection; messages are kept and sent later");
                    break;
                case "/join":
                    await JoinAsync(argument);
                    break;
                case "/leave":
                    await LeaveAsync(argument ?? To);
                    break;
                case "/list" or "/who":
                    screen.List((await client.ConversationsAsync(new ConversationsRequest())).Conversations);
                    break;
                case "/history":
                    await ShowHistoryAsync(argument);
                    break;
                case "/topic":
                    Follow(argument);
                    break;
                case ['/', not '/', ..] when isTyped:
                    screen.Say("unknown command: /help lists all; // sends a line that begins with /");
                    break;
                default:
                    await SendAsync(line.StartsWith("//", StringComparison.Ordinal) ? line[1..] : line);
                    break;
            }
        }
        catch (Exception e) when (e is ChatException or HubException && client.State != ConnectionState.Refused)
        {
            screen.Say(e.Message);
        }
        return true;
    }

    public void SayHelp()
    {
        foreach (var line in Help.Split('\n'))
            screen.Say(line);
    }

    private async Task SendAsync(string content)
    {
        if (content.Length == 0)
            return;
        if (To is not null)
            await sender.SendAsync(To, content);
        else if (isTyped)
            screen.Say(NoRecipient);
        else
            sender.Fail(NoRecipient);
    }

    private void TryChoose(string? name)
    {
        if (Arguments.Recipient(name) is { } to)
            Choose(to);
        else
            screen.Say($"not a valid user or room. {Arguments.ProblemWithRecipient(name)}");
    }

    private async Task JoinAsync(string? name)
    {
        if (RoomOf(name) is not { } room)
            return;
        await client.JoinAsync(room);
        screen.Say($"joined {room}");
        Choose(room);
    }

    private async Task LeaveAsync(string? name)
    {
        if (RoomOf(name) is not { } room)
            return;
        await client.LeaveAsync(room);
        screen.Say($"left {room}");
        if (To == room)
            Choose(null);
    }

    private string? RoomOf(string? name)
    {
        if (Arguments.Recipient(name) is ['#', ..] known)
            return known;
        screen.Say("name a room that begins with #");
        if (name?.Trim() is ['#', ..] room)
            screen.Say(Arguments.ProblemWithRecipient(room)!);
        return null;
    }

    private async Task ShowHistoryAsync(string? count)
    {
        if (To is null)
            screen.Say(NoRecipient);
        else if (!int.TryParse(count ?? $"{Messages.Context}", CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > 500)
            screen.Say("COUNT must be 1 to 500");
        else
            await messages.ShowHistoryAsync(To, limit);
    }

    private void Follow(string? topic)
    {
        if (!Name.IsTopic(topic))
        {
            screen.Say("name a topic that begins with $");
            if (topic is ['$', ..])
                screen.Say(Name.ProblemWithTopic(topic)!);
        }
        else if (topics.Remove(topic!, out var following))
        {
            following.Cancel();
            screen.Say($"no longer following {topic}");
        }
        else
        {
            screen.Say($"following {topic}"); // it may have no value yet
            _ = FollowAsync(topic!, topics[topic!] = new CancellationTokenSource());
        }
    }

    private async Task FollowAsync(string topic, CancellationTokenSource following)
    {
        try
        {
            await foreach (var value in client.SubscribeAsync(topic, following.Token))
                screen.Say($"{topic} = {value.Value.GetRawText()}");
        }
        catch (Exception e) when (e is ChatException or HubException)
        {
            screen.Say($"{topic}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The topic was named again, or the console ends.
        }
    }
}
