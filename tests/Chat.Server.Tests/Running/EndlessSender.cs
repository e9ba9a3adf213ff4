namespace Chat.Server.Tests.Running;

/// <summary>A client that sends one message after the other, and counts the receipts.</summary>
internal sealed class EndlessSender : IAsyncDisposable
{
    private readonly HubClient client;
    private readonly string to;
    private readonly CancellationTokenSource stop = new();
    private readonly Task sending;
    private int receipts;

    private EndlessSender(HubClient client, string to)
    {
        (this.client, this.to) = (client, to);
        sending = SendAsync();
    }

    public int Receipts => Volatile.Read(ref receipts);

    /// <summary>Starts to send 0, 1, 2 …, and waits for the first receipts.</summary>
    public static async Task<EndlessSender> StartAsync(Uri server, string from, string to)
    {
        var sender = new EndlessSender(await HubClient.ConnectAsync(server, from), to);
        await sender.MoreAsync(10);
        return sender;
    }

    /// <summary>Waits for more receipts.</summary>
    public Task MoreAsync(int count)
    {
        var wanted = Receipts + count;
        return Wait.UntilAsync(() => sending.IsFaulted ? throw sending.Exception : Task.FromResult(Receipts >= wanted), $"{count} more receipts");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        await client.DisposeAsync();
        stop.Dispose();
    }

    private async Task SendAsync()
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await client.SendAsync(to, $"{i}");
            Interlocked.Increment(ref receipts);
        }
    }
}
