using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Terminal;

/// <summary>Shows each message of the user's mailbox once and in order, whether it came live or was missed.</summary>
internal sealed class Mailbox(HubConnection connection, string user, PositionFile positions)
{
    private const int HistoryLength = 20;

    private readonly Lock gate = new();
    private readonly SortedDictionary<long, Message> early = [];
    private Position? last = positions.Read();

    /// <summary>Takes a live message; one that is ahead of a gap waits until the gap is filled.</summary>
    public void Receive(Message message)
    {
        lock (gate)
        {
            early[message.Offset] = message;
            ShowNext();
        }
    }

    /// <summary>Fetches what was missed since the last shown message, or a little history the first time.</summary>
    public async Task CatchUpAsync()
    {
        try
        {
            if (last is null)
                await ShowHistoryAsync();
            while (await ResumeAsync()) { }
        }
        catch (Exception e) when (e is not HubException)
        {
            // The connection is gone again; the next one catches up.
        }
    }

    private async Task ShowHistoryAsync()
    {
        var newest = await connection.InvokeAsync<ReadAnswer>(nameof(IChatHub.Read), new ReadRequest(user, Limit: HistoryLength));
        lock (gate)
        {
            foreach (var message in newest.Messages)
                Show(message);
            ShowNext();
        }
    }

    /// <summary>Fetches a page; true when there is another one.</summary>
    private async Task<bool> ResumeAsync()
    {
        var from = last is { } position ? new Dictionary<string, string?> { [user] = position.ToString() } : null;
        var resumed = (await connection.InvokeAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(from))).Streams.Single(stream => stream.Stream == user);
        lock (gate)
        {
            if (!resumed.Recovered)
            {
                Output.Say($"some messages are not there any more ({resumed.Reason})");
                last = null;
                early.Clear();
            }
            foreach (var message in resumed.Messages)
                if (last is null || message.Offset > last.Value.Offset)
                    Show(message);
            ShowNext();
        }
        return resumed.More;
    }

    private void ShowNext()
    {
        while (early.Count > 0 && early.First().Value is var next && (next.Offset <= last?.Offset || next.Offset == (last?.Offset ?? 0) + 1))
        {
            early.Remove(next.Offset);
            if (next.Offset > (last?.Offset ?? 0))
                Show(next);
        }
    }

    private void Show(Message message)
    {
        Output.Show(message);
        if (!Position.TryParse(message.Position, out var position))
            return;
        last = position;
        positions.Write(position);
    }
}
