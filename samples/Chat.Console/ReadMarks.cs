using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>Marks shown messages of the chosen conversation as read. It calls the server in the background, because a late or missing mark does no
/// harm. Thread-safe.</summary>
internal sealed class ReadMarks(ChatClient client, bool isInteractive)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Position> shown = [], wanted = [];
    private string? chosen;
    private bool isSending;

    /// <summary>Sets the conversation that the person sees; null for none.</summary>
    public void Choose(string? with)
    {
        lock (gate)
            Read(chosen = with);
    }

    /// <summary>Records that a message was shown.</summary>
    public void Shown(Message message)
    {
        var with = message.Stream[0] == '#' || message.From == message.Stream ? message.To : message.From;
        lock (gate)
        {
            if (isInteractive && Position.TryParse(message.Position, out var position))
                KeepNewest(shown, with, position);
            if (with == chosen)
                Read(with);
        }
    }

    // History shows older messages again, which must not move a position back.
    private static void KeepNewest(Dictionary<string, Position> newest, string with, Position position)
    {
        if (!newest.TryGetValue(with, out var kept) || kept.Epoch != position.Epoch || kept.Offset < position.Offset)
            newest[with] = position;
    }

    private void Read(string? with)
    {
        if (with is null || !shown.Remove(with, out var position))
            return;
        KeepNewest(wanted, with, position);
        if (!isSending)
            _ = SendAsync();
        isSending = true;
    }

    private async Task SendAsync()
    {
        await Task.Yield(); // leaves the lock
        while (Next() is var (with, position))
            try
            {
                await client.MarkReadAsync(with, $"{position}");
            }
            catch (Exception e) when (e is ChatException or HubException or OperationCanceledException)
            {
                // The user left the room, the server refused, or the console ends.
            }
    }

    private (string With, Position Position)? Next()
    {
        lock (gate)
        {
            isSending = wanted.Count > 0;
            if (!isSending)
                return null;
            var with = wanted.Keys.First();
            wanted.Remove(with, out var position);
            return (with, position);
        }
    }
}
