using System.Threading.Channels;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Terminal;

/// <summary>Sends one message after the other. Each has a key, so that one whose answer was lost is sent again without being doubled.</summary>
internal sealed class Outbox
{
    // When this many wait, the input is read no further.
    private readonly Channel<SendRequest> waiting = Channel.CreateBounded<SendRequest>(1000);
    private readonly ChatConnection connection;
    private readonly CancellationToken givenUp;
    private readonly Task running;
    private bool allSent = true;

    public Outbox(ChatConnection connection, CancellationToken givenUp)
    {
        (this.connection, this.givenUp) = (connection, givenUp);
        running = Task.Run(RunAsync, givenUp);
    }

    public ValueTask AddAsync(string to, string content) => waiting.Writer.WriteAsync(new SendRequest(to, content, Guid.CreateVersion7().ToString()));

    /// <summary>Sends what is left; false when something could not be sent, now or before.</summary>
    public async Task<bool> DrainAsync()
    {
        waiting.Writer.Complete();
        try
        {
            await running;
            return allSent;
        }
        catch (OperationCanceledException)
        {
            // The first of them may be stored all the same: only its answer is missing.
            Output.Say($"given up: {waiting.Reader.Count + 1} messages without an answer");
            return false;
        }
    }

    private async Task RunAsync()
    {
        await foreach (var message in waiting.Reader.ReadAllAsync())
            await connection.UntilDoneAsync(() => SendAsync(message), givenUp);
    }

    /// <summary>Sends; true when nothing would come of another attempt.</summary>
    private async Task<bool> SendAsync(SendRequest message)
    {
        try
        {
            await connection.CallAsync<Receipt>(nameof(IChatHub.Send), message, givenUp);
        }
        catch (HubException e) when (ChatError.FromHubError(e.Message) is ({ Retryable: false }, var reason))
        {
            Output.Say($"not sent to {message.To}: {reason}");
            allSent = false;
        }
        return true;
    }
}
