using System.Threading.Channels;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Messaging;

/// <summary>Hands every committed message to the groups of the users it concerns, in commit order, and never waits for a reader.</summary>
/// <remarks>What a group cannot take at once is the reader's own affair: a raw connection reads it again from the log, a hub connection
/// that stays too far behind is ended. The queue of batches needs no bound of its own: the log counts a message as queued until its
/// batch is acknowledged.</remarks>
internal sealed partial class MessageDelivery(
    IHubContext<ChatHub, IChatClient> hub, DeliveryBacklog backlog, ILogger<MessageDelivery> logger) : BackgroundService, ICommitListener
{
    private readonly Channel<CommittedBatch> batches = Channel.CreateUnbounded<CommittedBatch>(new() { SingleReader = true });

    public void Committed(CommittedBatch batch) => batches.Writer.TryWrite(batch);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in batches.Reader.ReadAllAsync(CancellationToken.None))
        {
            foreach (var message in batch.Messages)
            {
                Deliver(message.Entry);
                Deliver(message.SentCopy);
            }
            batch.Acknowledge();
            // Lets the connections that were just woken write before the next batch is put on top.
            await Task.Yield();
        }
    }

    // Stops last: until the log is closed, senders wait for what is delivered here.
    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        batches.Writer.TryComplete();
        base.Dispose();
    }

    private void Deliver(Message? entry)
    {
        if (entry is null)
            return;
        try
        {
            var sending = hub.Clients.Group(entry.Stream).ReceiveMessage(entry);
            if (!sending.IsCompletedSuccessfully)
                _ = ObserveAsync(sending, MessageSize.InJson(entry));
        }
        catch (Exception e)
        {
            LogDeliveryFailed(logger, e.Message);
        }
    }

    private async Task ObserveAsync(Task sending, int bytes)
    {
        backlog.Add(bytes);
        try
        {
            await sending;
        }
        catch (Exception e)
        {
            LogDeliveryFailed(logger, e.Message);
        }
        finally
        {
            backlog.Remove(bytes);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A live delivery failed; its readers find the message in the log: {Reason}")]
    private static partial void LogDeliveryFailed(ILogger logger, string reason);
}
