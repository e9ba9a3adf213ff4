using System.Threading.Channels;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Sending;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Delivery;

/// <summary>Hands every committed message to the group of its stream, in commit order, and never waits for a reader.</summary>
/// <remarks>What a group cannot take at once is the reader's own affair: a raw connection reads it again from the log, a hub connection
/// that stays too far behind is ended. The queue of commits needs no bound of its own: the log counts a message as queued until its
/// commit has completed its callers.</remarks>
internal sealed partial class MessageDelivery(
    IHubContext<ChatHub> hub, StreamGroups groups, IMessageMeter meter, ILogger<MessageDelivery> logger) : BackgroundService, ICommitListener
{
    private readonly Channel<Commit> commits = Channel.CreateUnbounded<Commit>(new() { SingleReader = true });
    private readonly List<Message> run = [];

    public void OnCommit(Commit commit) => commits.Writer.TryWrite(commit);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var commit in commits.Reader.ReadAllAsync(CancellationToken.None))
        {
            foreach (var change in commit.Changes)
                await DeliverAsync(change);
            SendRun();
            meter.Committed(commit.Changes.Count(change => change is Appended { Duplicate: false }));
            commit.CompleteCallers();
            // Lets the connections that were just woken write before the next commit is put on top.
            await Task.Yield();
        }
    }

    // Stops last: until the log is closed, senders wait for what is delivered here.
    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        commits.Writer.TryComplete();
        base.Dispose();
    }

    // A membership changes the groups exactly between the messages that it was committed between.
    private async ValueTask DeliverAsync(ILogChange change)
    {
        switch (change)
        {
            case Appended message:
                Deliver(message.Entry);
                Deliver(message.SentCopy);
                break;
            case Membership membership:
                SendRun();
                await groups.ApplyAsync(membership);
                break;
            case ReadMarkMoved read:
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
