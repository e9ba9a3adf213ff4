using Chat.Client;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Shows messages as they come, after those that an earlier run has shown last.</summary>
/// <param name="seen">Called with each that was shown.</param>
internal sealed class Messages(ChatClient client, Progress progress, IScreen screen, Action<Message> seen)
{
    /// <summary>How many of the messages before are shown at the start.</summary>
    public const int Context = 20;

    /// <param name="withContext">Whether what an earlier run has shown last is shown again, so that what is new has something to stand on.</param>
    /// <exception cref="ChatException">The server does not accept the user.</exception>
    public async Task ShowAsync(bool withContext)
    {
        var user = await client.ConnectAsync();
        var positions = await progress.LoadAsync(user, CancellationToken.None);
        if (withContext && positions.TryGetValue(user, out var text) && Position.TryParse(text, out var position))
            foreach (var message in (await client.ReadAsync(new ReadRequest(user, Before: $"{position with { Offset = position.Offset + 1 }}", Limit: Context))).Messages)
                screen.Show(message);
        await foreach (var message in client.ReadMessagesAsync(Told))
        {
            screen.Show(message);
            seen(message);
        }
    }

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

    private ValueTask Told(StreamReset reset)
    {
        screen.Say($"some messages are not on the server any more ({reset.Reason}); what follows begins at the oldest that is");
        return ValueTask.CompletedTask;
    }
}
