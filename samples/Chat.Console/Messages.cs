using Chat.Client;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Shows new messages, the last ones of an earlier run, and history on request.</summary>
internal sealed class Messages(ChatClient client, Progress progress, IScreen screen, ReadMarks marks)
{
    /// <summary>Number of earlier messages shown at the start.</summary>
    public const int Context = 20;

    /// <param name="withContext">Whether to show the last messages of an earlier run again.</param>
    /// <exception cref="ChatException">The server does not accept the user.</exception>
    /// <exception cref="IOException">A message cannot be shown, or its position cannot be saved.</exception>
    public async Task ShowAsync(bool withContext)
    {
        var user = await client.ConnectAsync();
        var positions = await progress.LoadAsync(user, CancellationToken.None);
        if (withContext && positions.TryGetValue(user, out var text) && Position.TryParse(text, out var position))
            await ShowPageAsync(new ReadRequest(user, Before: $"{position with { Offset = position.Offset + 1 }}", Limit: Context));
        await foreach (var message in client.ReadMessagesAsync(OnReset))
            Show(message);
    }

    /// <summary>Shows the last messages with a person or in a room.</summary>
    public async Task ShowHistoryAsync(string with, int count) => await ShowPageAsync(
        Name.IsRoom(with) ? new ReadRequest(with, Limit: count) : new ReadRequest(await client.ConnectAsync(), With: with, Limit: count));

    /// <summary>Waits until all messages that the server has now are shown.</summary>
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

    private ValueTask OnReset(StreamReset reset)
    {
        screen.Say($"{reset.Stream} cannot continue ({reset.Reason}); the oldest message on the server follows");
        return ValueTask.CompletedTask;
    }
}
