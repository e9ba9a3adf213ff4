using System.Threading.Channels;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Sending;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Delivery;

/// <summary>Hands every committed message to the group of its stream, in commit order, and never waits for a reader.</summary>
/// <remarks>What a group cannot take at once is the reader's own affair: a raw connection reads it again from the log, a hub connection
/// that stays too far behind is ended. The queue of batches needs no bound of its own: the log counts a message as queued until its
/// batch is acknowledged.</remarks>
internal sealed partial class MessageDelivery(
    IHubContext<ChatHub> hub, StreamGroups groups, IMessageMeter meter, ILogger<MessageDelivery> logger) : BackgroundService, ICommitListener
{
    private readonly Channel<CommittedBatch> batches = Channel.CreateUnbounded<CommittedBatch>(new() { SingleReader = true });
    private readonly List<Message> run = [];

    public void Committed(CommittedBatch batch) => batches.Writer.TryWrite(batch);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var batch in batches.Reader.ReadAllAsync(CancellationToken.None))
        {
            foreach (var item in batch.Items)
                await DeliverAsync(item);
            SendRun();
            meter.Committed(batch.Items.Count(item => item is Appended { Duplicate: false }));
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

    // A membership changes the groups exactly between the messages that it was committed between.
    private async ValueTask DeliverAsync(ICommitted item)
    {
        switch (item)
        {
            case Appended message:
                Deliver(message.Entry);
                Deliver(message.SentCopy);
                break;
            case Membership membership:
                SendRun();
                await groups.ApplyAsync(membership);
                break;
            case ReadMoved read:
                SendRun();
                Send(hub.Clients.GroupExcept(read.User, read.Connection), nameof(IChatClient.ReceiveRead), read.Mark);
                break;
        }
    }

    // What follows each other in one stream is one invocation: encoded, and handed to each of a thousand connections, once.
    private void Deliver(Message? entry)
    {
        if (entry is null)
            return;
        if (run.Count > 0 && run[0].Stream != entry.Stream)
            SendRun();
        run.Add(entry);
    }

    private void SendRun()
    {
        if (run.Count == 0)
            return;
        meter.Delivered(run[0].Stream, run.Count, groups.CountOf(run[0].Stream));
        Send(hub.Clients.Group(run[0].Stream), nameof(IChatClient.ReceiveMessage), [.. run]);
        run.Clear();
    }

    private void Send(IClientProxy readers, string method, params object[] arguments)
    {
        try
        {
            var sending = readers.SendCoreAsync(method, arguments);
            if (!sending.IsCompletedSuccessfully)
                _ = ObserveAsync(sending);
        }
        catch (Exception e)
        {
            LogDeliveryFailed(logger, e.Message);
        }
    }

    private async Task ObserveAsync(Task sending)
    {
        try
        {
            await sending;
        }
        catch (Exception e)
        {
            LogDeliveryFailed(logger, e.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A live delivery failed; its readers find the message in the log: {Reason}")]
    private static partial void LogDeliveryFailed(ILogger logger, string reason);
}
