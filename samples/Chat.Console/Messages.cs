using Chat.Client;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Shows messages as they come, after those that an earlier run has shown last, and older ones when they are asked for.</summary>
internal sealed class Messages(ChatClient client, Progress progress, IScreen screen, ReadMarks marks)
{
    /// <summary>How many of the messages before are shown at the start.</summary>
    public const int Context = 20;

    /// <param name="withContext">Whether what an earlier run has shown last is shown again, so that what is new has something to stand on.</param>
    /// <exception cref="ChatException">The server does not accept the user.</exception>
    /// <exception cref="IOException">A message cannot be shown, or it cannot be remembered that it was.</exception>
    public async Task ShowAsync(bool withContext)
    {
        var user = await client.ConnectAsync();
        var positions = await progress.LoadAsync(user, CancellationToken.None);
        if (withContext && positions.TryGetValue(user, out var text) && Position.TryParse(text, out var position))
            await ShowPageAsync(new ReadRequest(user, Before: $"{position with { Offset = position.Offset + 1 }}", Limit: Context));
        await foreach (var message in client.ReadMessagesAsync(Told))
            Show(message);
    }

    /// <summary>Shows the last messages with a person or in a room.</summary>
    public async Task ShowHistoryAsync(string with, int count) => await ShowPageAsync(
        Name.IsRoom(with) ? new ReadRequest(with, Limit: count) : new ReadRequest(await client.ConnectAsync(), With: with, Limit: count));

    /// <summary>Waits until all is shown that the server has now.</summary>
    public async Task AllShownAsync(CancellationToken cancellationToken)
    {
        ConversationsAnswer page;
        string? before = null;
        do
        {
            page = await client.ConversationsAsync(new ConversationsRequest(500, before), cancellationToken);
            foreach (var conversation in page.Conversations)
                if (conversation.Last is { } last)
                    await progress.ShownAsync(last, cancellationToken);
            before = page.Conversations is [.., var end] ? end.Room ?? end.With : null;
        }
        while (page.More);
    }

    private async Task ShowPageAsync(ReadRequest page)
    {
        foreach (var message in (await client.ReadAsync(page)).Messages)
            Show(message);
    }

    private void Show(Message message)
    {
        screen.Show(message);
        marks.Shown(message);
    }

    private ValueTask Told(StreamReset reset)
    {
        screen.Say($"some messages are not on the server any more ({reset.Reason}); what follows begins at the oldest that is");
        return ValueTask.CompletedTask;
    }
}
