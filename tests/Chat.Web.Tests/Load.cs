using Chat.Server.Tests.Running;

namespace Chat.Web.Tests;

/// <summary>Sends the same frame at a constant rate until it is disposed.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Task sending;

    public Load(RawClient client, string frame, int aSecond = 50) => sending = SendAsync(client, frame, TimeSpan.FromSeconds(1) / aSecond);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await sending;
        end.Dispose();
    }

    private async Task SendAsync(RawClient client, string frame, TimeSpan pause)
    {
        while (!end.IsCancellationRequested)
        {
            await client.SendAsync(frame);
            await Task.Delay(pause, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
