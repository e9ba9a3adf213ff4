using System.Collections.Concurrent;
using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>Tells the server how far each conversation was read, in the background: it is no loss when one is late or missing.</summary>
internal sealed class ReadMarks(ChatClient client)
{
    private readonly ConcurrentDictionary<string, string> wanted = new();
    private int marking;

    public void Mark(string with, string position)
    {
        wanted[with] = position;
        if (Interlocked.Exchange(ref marking, 1) == 0)
            _ = MarkAsync();
    }

    private async Task MarkAsync()
    {
        do
        {
            while (wanted.Keys.FirstOrDefault() is { } with && wanted.TryRemove(with, out var position))
                try
                {
                    await client.MarkReadAsync(with, position);
                }
                catch (Exception e) when (e is ChatException or HubException or OperationCanceledException)
                {
                    // The room was left, the server cannot, or the console ends.
                }
            Interlocked.Exchange(ref marking, 0);
        }
        while (!wanted.IsEmpty && Interlocked.Exchange(ref marking, 1) == 0); // what came in between
    }
}
