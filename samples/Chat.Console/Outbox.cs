using System.Threading.Channels;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Terminal;

/// <summary>Sends one message after the other. Each has a key, so that one whose answer was lost is sent again without being doubled.</summary>
internal sealed class Outbox(HubConnection connection) : IDisposable
{
    // What cannot be sent so long after the input has ended is given up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<SendRequest> waiting = Channel.CreateUnbounded<SendRequest>();
    private readonly CancellationTokenSource ended = new();
    private TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(string to, string content) => waiting.Writer.TryWrite(new SendRequest(to, content, Guid.CreateVersion7().ToString()));

    /// <summary>There is a connection again.</summary>
    public void Wake() => connected.TrySetResult();

    /// <summary>Nothing more will be added.</summary>
    public void Complete()
    {
        waiting.Writer.Complete();
        ended.CancelAfter(Patience);
    }

    /// <summary>Sends until nothing is left; false when something could not be sent.</summary>
    public async Task<bool> RunAsync()
    {
        var all = true;
        try
        {
            await foreach (var message in waiting.Reader.ReadAllAsync())
                all &= await SendAsync(message);
        }
        catch (OperationCanceledException)
        {
            all = false;
        }
        return all;
    }

    public void Dispose() => ended.Dispose();

    private async Task<bool> SendAsync(SendRequest message)
    {
        while (true)
        {
            connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await connection.InvokeAsync<Receipt>(nameof(IChatHub.Send), message, ended.Token);
                return true;
            }
            catch (HubException e)
            {
                var refusal = ChatError.FromHubError(e.Message);
                Output.Say($"not sent: {refusal?.Text ?? e.Message}");
                if (refusal?.Error.Retryable != true)
                    return false;
                await Task.Delay(TimeSpan.FromSeconds(1), ended.Token);
            }
            catch (Exception e) when (e is not OperationCanceledException || !ended.IsCancellationRequested)
            {
                if (connection.State != HubConnectionState.Connected)
                    await connected.Task.WaitAsync(ended.Token);
            }
        }
    }
}
