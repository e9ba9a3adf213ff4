using Chat.Client;

namespace Chat.Terminal;

/// <summary>Runs all lines of the input.</summary>
/// <param name="isTyped">Whether a person types at a terminal.</param>
internal sealed class Input(ChatClient client, Commands commands, Sender sender, Messages messages, IScreen screen, IdleTimeout idle, bool isTyped)
{
    private readonly TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs all lines, sends waiting messages, and shows all messages that the server has. Returns false when one of these failed.</summary>
    public async Task<bool> RunAsync()
    {
        // The first ^C ends like /quit; the second ends at once.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = interrupted.TrySetResult();
        // Reading from a console blocks the thread, even ReadLineAsync.
        await await Task.WhenAny(Task.Run(ReadLinesAsync), interrupted.Task);
        screen.EndInput();
        idle.Begin();
        var allSent = await sender.DrainAsync();
        try
        {
            await messages.AllShownAsync(idle.Expired);
            return allSent;
        }
        catch (OperationCanceledException)
        {
            screen.Say("could not fetch the last messages");
            return false;
        }
    }

    private async Task ReadLinesAsync()
    {
        if (isTyped)
            screen.Say("type /help for the commands");
        while (screen.ReadLine(Prompt) is { } line && !interrupted.Task.IsCompleted && await commands.RunAsync(line))
        {
        }
    }

    private string Prompt() =>
        $"{commands.To ?? "no recipient"}{(client.State == ConnectionState.Connected ? "" : $" (not connected, {sender.Waiting} waiting)")}> ";
}
