using System.Globalization;
using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>What can be typed: commands, and messages to whom was chosen.</summary>
/// <param name="isTyped">By somebody who may have mistyped a command; otherwise only commands are commands.</param>
internal sealed class Commands(ChatClient client, Sender sender, Messages messages, IScreen screen, ReadMarks marks, bool isTyped)
{
    private const string Help = """
        anything that is no command is sent to whom you chose
        /to NAME or /to #ROOM     choose whom to write to
        /join #ROOM               enter a room, and write to it
        /leave [#ROOM]            leave it
        /list (or /who)           people and rooms, and what is unread
        /history [COUNT]          the last messages with whom you chose
        /topic $NAME              show a figure and its changes; once more: no longer
        /quit                     send what waits, and end
        // at the beginning       sends a line that begins with /
        """;

    private const string ToWhom = "write to whom? /to NAME";

    private readonly Dictionary<string, CancellationTokenSource> topics = [];

    /// <summary>Whom is written to; null until somebody was chosen.</summary>
    public string? To { get; private set; }

    /// <summary>Writes to somebody from now on; to nobody, if null.</summary>
    public void Choose(string? to) => marks.Choose(To = to);

    /// <summary>Does what a line says; false when it says to end.</summary>
    public async Task<bool> TakeAsync(string line)
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
                    screen.Say("there is no connection now; what you write is kept, but for this you must wait");
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
                    screen.Say("there is no such command; /help says which there are, and // sends a line that begins with /");
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
            screen.Say(ToWhom);
        else
            sender.Fail(ToWhom);
    }

    private void TryChoose(string? name)
    {
        if (Arguments.Recipient(name) is { } to)
            Choose(to);
        else
            screen.Say($"that is not the name of a user or a room. {Arguments.ProblemWithRecipient(name)}");
    }

    private async Task JoinAsync(string? name)
    {
        if (RoomOf(name) is not { } room)
            return;
        await client.JoinAsync(room);
        screen.Say($"you are in {room}");
        Choose(room);
    }

    private async Task LeaveAsync(string? name)
    {
        if (RoomOf(name) is not { } room)
            return;
        await client.LeaveAsync(room);
        screen.Say($"you have left {room}");
        if (To == room)
            Choose(null);
    }

    private string? RoomOf(string? name)
    {
        if (Arguments.Recipient(name) is ['#', ..] known)
            return known;
        screen.Say("which room? Its name begins with #");
        if (name?.Trim() is ['#', ..] room)
            screen.Say(Arguments.ProblemWithRecipient(room)!);
        return null;
    }

    private async Task ShowHistoryAsync(string? count)
    {
        if (To is null)
            screen.Say("of whom? /to NAME");
        else if (!int.TryParse(count ?? $"{Messages.Context}", CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > 500)
            screen.Say("how many? 1 to 500");
        else
            await messages.ShowHistoryAsync(To, limit);
    }

    private void Follow(string? topic)
    {
        if (!Name.IsTopic(topic))
        {
            screen.Say("which topic? Its name begins with $");
            if (topic is ['$', ..])
                screen.Say(Name.ProblemWithTopic(topic)!);
        }
        else if (topics.Remove(topic!, out var following))
        {
            following.Cancel();
            screen.Say($"you do not follow {topic} any more");
        }
        else
        {
            screen.Say($"you follow {topic}"); // which may have no value yet
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
            // It was asked for once more, or the console ends.
        }
    }
}
