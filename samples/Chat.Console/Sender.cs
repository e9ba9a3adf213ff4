using Chat.Client;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>Sends messages and counts those without an answer. Thread-safe.</summary>
internal sealed class Sender(ChatClient client, IScreen screen, IdleTimeout idle) : IDisposable
{
    // The input is not read further while this many messages wait.
    private const int MaxWaiting = 1000;

    private readonly SemaphoreSlim slots = new(MaxWaiting);
    private volatile bool allSent = true;
    private int waiting;

    /// <summary>Number of messages without an answer.</summary>
    public int Waiting => waiting;

    public async Task SendAsync(string to, string content)
    {
        await slots.WaitAsync(idle.Expired);
        Interlocked.Increment(ref waiting);
        _ = FollowAsync(client.SendAsync(to, content, cancellationToken: idle.Expired), to, content);
    }

    /// <summary>Shows why a message was not sent.</summary>
    public void Fail(string reason)
    {
        allSent = false;
        screen.Say(reason);
    }

    /// <summary>Waits until all messages are answered. Returns false when one was not sent, now or before.</summary>
    public async Task<bool> DrainAsync()
    {
        for (var acquired = 0; acquired < MaxWaiting; acquired++)
            await slots.WaitAsync(CancellationToken.None);
        return allSent;
    }

    public void Dispose() => slots.Dispose();

    private async Task FollowAsync(Task<Receipt> sending, string to, string content)
    {
        try
        {
            await sending;
            idle.Renew();
        }
        catch (Exception e) when (e is ChatException or HubException or OperationCanceledException)
        {
            Fail(e is OperationCanceledException ? $"no answer for the message to {to}: {content}" : $"not sent to {to}: {e.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
            slots.Release();
        }
    }
}
