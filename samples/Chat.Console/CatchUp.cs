using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Fetches what the mailbox misses, one request at a time.</summary>
internal sealed class CatchUp
{
    private const int HistoryLength = 20;

    private readonly ChatConnection connection;
    private readonly Mailbox mailbox;
    private readonly string user;
    private readonly Position? seen;
    private readonly CancellationToken givenUp;
    // One wish is enough: whatever was missed when it was spoken, the next answer brings.
    private readonly Channel<bool> wishes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task running;

    /// <param name="seen">The position after the last message that an earlier run has shown; null when there was none.</param>
    public CatchUp(ChatConnection connection, Mailbox mailbox, string user, Position? seen, CancellationToken givenUp)
    {
        (this.connection, this.mailbox, this.user, this.seen, this.givenUp) = (connection, mailbox, user, seen, givenUp);
        running = Task.Run(RunAsync, givenUp);
    }

    /// <summary>There is a new connection, or a gap.</summary>
    public void Want() => wishes.Writer.TryWrite(true);

    /// <summary>Fetches a last time; false when that was not possible in time.</summary>
    public async Task<bool> DrainAsync()
    {
        Want();
        wishes.Writer.Complete();
        try
        {
            await running;
            return true;
        }
        catch (OperationCanceledException)
        {
            Output.Say("could not fetch the last messages");
            return false;
        }
    }

    private async Task RunAsync()
    {
        await foreach (var _ in wishes.Reader.ReadAllAsync())
            await connection.UntilDoneAsync(FetchAsync, givenUp);
    }

    /// <summary>Fetches all there is; false when a gap stays, so that there is no reason to hurry.</summary>
    private async Task<bool> FetchAsync()
    {
        if (mailbox.Position is null)
            await BeginAsync();
        for (var before = mailbox.Position; mailbox.Apply(await ResumeAsync()); before = mailbox.Position)
            if (mailbox.Position == before)
                return false;
        return true;
    }

    private async Task BeginAsync()
    {
        var before = seen is { } position ? new Position(position.Epoch, position.Offset + 1).ToString() : null;
        var history = await connection.CallAsync<ReadAnswer>(nameof(IChatHub.Read), new ReadRequest(user, Before: before, Limit: HistoryLength), givenUp);
        if (seen is null)
        {
            mailbox.Begin(history.Messages);
            return;
        }
        // Shown again, so that what is new has something to stand on.
        foreach (var message in history.Messages)
            Output.Show(message);
        mailbox.Begin(seen.Value);
    }

    private async Task<ResumedStream> ResumeAsync()
    {
        var positions = mailbox.Position is { } position ? new Dictionary<string, string?> { [user] = position.ToString() } : null;
        var answer = await connection.CallAsync<ResumeAnswer>(nameof(IChatHub.Resume), new ResumeRequest(positions), givenUp);
        var stream = answer.Streams.Single(stream => stream.Stream == user);
        if (!stream.Recovered)
            Output.Say($"some messages are not on the server any more ({stream.Reason}); what follows begins at the oldest that is");
        return stream;
    }
}
