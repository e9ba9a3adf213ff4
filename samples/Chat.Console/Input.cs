using Chat.Client;

namespace Chat.Terminal;

/// <summary>Does what is typed or piped, to its end.</summary>
/// <param name="isTyped">By somebody at a terminal.</param>
internal sealed class Input(ChatClient client, Commands commands, Sender sender, Messages messages, IScreen screen, Patience patience, bool isTyped)
{
    private readonly TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes all that comes, and completes when it was sent, and what the server has was shown, or given up; false when something was.</summary>
    public async Task<bool> TakeAsync()
    {
        // The first ^C ends as /quit does; the second at once.
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = interrupted.TrySetResult();
        // Reading from a console blocks, whatever its name says: on a thread of its own.
        await await Task.WhenAny(Task.Run(ReadLinesAsync), interrupted.Task);
        screen.EndInput();
        patience.Begin();
        var allSent = await sender.DrainAsync();
        try
        {
            await messages.AllShownAsync(patience.GivenUp);
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
            screen.Say("/help says what can be typed");
        while (screen.ReadLine(Prompt) is { } line && !interrupted.Task.IsCompleted && await commands.TakeAsync(line))
        {
        }
    }

    private string Prompt() =>
        $"{commands.To ?? "nobody chosen"}{(client.State == ConnectionState.Connected ? "" : $" (not connected, {sender.Waiting} waiting)")}> ";
}
