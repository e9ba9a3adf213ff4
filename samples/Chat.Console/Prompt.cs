namespace Chat.Terminal;

/// <summary>Reads what the user types: commands, and messages to whom was chosen.</summary>
internal sealed class Prompt(Outbox outbox, string user, string? to)
{
    private const string Help = "/to NAME chooses whom to write to, /quit ends, /help says this; anything else is sent";

    /// <summary>Completes at <c>/quit</c> and at the end of the input.</summary>
    public async Task ReadAsync()
    {
        if (!Console.IsInputRedirected)
            Output.Say($"you are {user}; {Help}");
        while (await Console.In.ReadLineAsync() is { } line && line.TrimEnd() != "/quit")
            await TakeAsync(line);
    }

    private async ValueTask TakeAsync(string line)
    {
        if (line.TrimEnd() == "/help")
            Output.Say(Help);
        else if (line.TrimEnd() == "/to" || line.StartsWith("/to ", StringComparison.Ordinal))
            Choose(line[3..]);
        else if (to is null && line.Length > 0)
            Output.Say("write to whom? /to NAME");
        else if (line.Length > 0)
            await outbox.AddAsync(to!, line);
    }

    private void Choose(string name)
    {
        if (Arguments.UserId(name) is { } chosen)
            to = chosen;
        else
            Output.Say("that is no user's name");
    }
}
