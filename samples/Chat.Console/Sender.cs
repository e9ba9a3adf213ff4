using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>Sends what is typed, and counts what is on its way.</summary>
internal sealed class Sender(ChatClient client, IScreen screen, Patience patience) : IDisposable
{
    // When this many wait, the input is read no further.
    private const int MaxWaiting = 1000;

    private readonly SemaphoreSlim places = new(MaxWaiting);
    private volatile bool allSent = true;
    private int waiting;

    /// <summary>How many messages have no answer yet.</summary>
    public int Waiting => waiting;

    public async Task SendAsync(string to, string content)
    {
        await places.WaitAsync(patience.GivenUp);
        Interlocked.Increment(ref waiting);
        _ = FollowAsync(client.SendAsync(to, content, cancellationToken: patience.GivenUp), to, content);
    }

    /// <summary>Says why something is not sent.</summary>
    public void Fail(string why)
    {
        allSent = false;
        screen.Say(why);
    }

    /// <summary>Waits for what is on its way; false when something could not be sent, now or before.</summary>
    public async Task<bool> DrainAsync()
    {
        for (var taken = 0; taken < MaxWaiting; taken++)
            await places.WaitAsync(CancellationToken.None);
        return allSent;
    }

    public void Dispose() => places.Dispose();

    private async Task FollowAsync(Task<Receipt> sending, string to, string content)
    {
        try
        {
            await sending;
            patience.Renew();
        }
        catch (Exception e) when (e is ChatException or HubException or OperationCanceledException)
        {
            Fail(e is OperationCanceledException ? $"given up, without an answer: {to}: {content}" : $"not sent to {to}: {e.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
            places.Release();
        }
    }
}
