using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>What somebody has looked at counts as read: of the conversation that is chosen, what is shown or was shown before. The server is told in the
/// background: it is no loss when a mark is late or missing. Thread-safe.</summary>
internal sealed class ReadMarks(ChatClient client, bool isLookedAt)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Position> shown = [], wanted = [];
    private string? chosen;
    private bool isTelling;

    /// <summary>Somebody looks at this conversation now; at none, if null.</summary>
    public void Choose(string? with)
    {
        lock (gate)
            Read(chosen = with);
    }

    /// <summary>This message was shown.</summary>
    public void Shown(Message message)
    {
        var with = message.Stream[0] == '#' || message.From == message.Stream ? message.To : message.From;
        lock (gate)
        {
            if (isLookedAt && Position.TryParse(message.Position, out var position))
                Keep(shown, with, position);
            if (with == chosen)
                Read(with);
        }
    }

    // History shows again what is older.
    private static void Keep(Dictionary<string, Position> newest, string with, Position position)
    {
        if (!newest.TryGetValue(with, out var kept) || kept.Epoch != position.Epoch || kept.Offset < position.Offset)
            newest[with] = position;
    }

    private void Read(string? with)
    {
        if (with is null || !shown.Remove(with, out var position))
            return;
        Keep(wanted, with, position);
        if (!isTelling)
            _ = TellAsync();
        isTelling = true;
    }

    private async Task TellAsync()
    {
        await Task.Yield(); // out of the lock
        while (Next() is var (with, position))
            try
            {
                await client.MarkReadAsync(with, $"{position}");
            }
            catch (Exception e) when (e is ChatException or HubException or OperationCanceledException)
            {
                // The room was left, the server cannot, or the console ends.
            }
    }

    private (string With, Position Position)? Next()
    {
        lock (gate)
        {
            isTelling = wanted.Count > 0;
            if (!isTelling)
                return null;
            var with = wanted.Keys.First();
            wanted.Remove(with, out var position);
            return (with, position);
        }
    }
}
