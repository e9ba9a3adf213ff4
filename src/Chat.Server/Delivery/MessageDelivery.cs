using System.Threading.Channels;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Sending;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Delivery;

/// <summary>Sends every committed message to the group of its stream, in commit order, and never waits for a slow client.</summary>
/// <remarks>A slow raw connection reads the messages again from the log. A hub connection that stays too far behind is ended.
/// The queue of commits needs no bound of its own: the log counts a message as queued until its callers are completed.</remarks>
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
            Count(commit);
            // Before the connections write: a receipt and the sent copy then leave in one write to the socket.
            commit.CompleteCallers();
            // Lets the connections write this commit before the next one is added.
            await Task.Yield();
        }
    }

    public void OnClosed() => commits.Writer.TryComplete();

    // Does not stop here: until the log is closed, senders wait for their deliveries.
    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A membership takes effect between the messages that were committed before and after it.
    private async ValueTask DeliverAsync(ILogChange change)
    {
        switch (change)
        {
            case Appended { Duplicate: false } message:
                Deliver(message.Entry);
                DeliverCopy(message);
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

    // Consecutive messages of a stream are one invocation: it is encoded once, and handed to each connection once.
    private void Deliver(Message entry)
    {
        if (run.Count > 0 && run[0].Stream != entry.Stream)
            SendRun();
        run.Add(entry);
    }

    /// <summary>Delivers a sent copy to the sender's hub connections. Raw connections get no frame of it, and pass it.</summary>
    private void DeliverCopy(Appended message)
    {
        if (message.CopyOffset is not { } offset)
            return;
        var connections = groups.Of(message.From);
        if (connections.IsEmpty)
            return;
        // The copy stands behind the messages of its stream.
        if (run.Count > 0 && run[0].Stream == message.From)
            SendRun();
        var hasHub = false;
        foreach (var connection in connections)
            if (connection.CatchUp is { } catchUp)
                catchUp.PassSentCopy(offset);
            else
                hasHub = true;
        if (hasHub)
            Deliver(message.SentCopy);
        else
            meter.CountDelivery(message.From, 1, connections.Length);
    }

    private void Count(Commit commit)
    {
        var (now, messages) = (TimeProvider.System.GetTimestamp(), 0);
        foreach (var change in commit.Changes)
            if (change is Appended appended)
            {
                meter.CountAppend(TimeProvider.System.GetElapsedTime(appended.AddedAt, now), appended.Duplicate);
                messages += appended.Duplicate ? 0 : 1;
            }
        meter.CountCommit(messages);
    }

    private void SendRun()
    {
        if (run.Count == 0)
            return;
        meter.CountDelivery(run[0].Stream, run.Count, groups.CountOf(run[0].Stream));
        Send(hub.Clients.Group(run[0].Stream), nameof(IChatClient.ReceiveMessage), [.. run]);
        run.Clear();
    }

    private void Send(IClientProxy clients, string method, params object[] arguments)
    {
        try
        {
            var sending = clients.SendCoreAsync(method, arguments);
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

    [LoggerMessage(1, LogLevel.Warning, "Live delivery failed; clients read the messages from the log instead: {Reason}")]
    private static partial void LogDeliveryFailed(ILogger logger, string reason);
}
