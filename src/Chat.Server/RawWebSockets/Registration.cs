using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Claims;
using System.Text;
using Chat.Protocol;
using Chat.Server.Messaging;
using Chat.Server.Topics;

namespace Chat.Server.RawWebSockets;

/// <summary>Whom a raw connection belongs to, and its place in the hub from then on: once, and for life.</summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed by EndAsync.")]
internal sealed class Registration(IPAddress? address, Outbox outbox, RawServices server, Action<ColonRecord> take) : ICatchUp, IValueOutput, IConnectionControl
{
    private RawHubConnection? connection;
    private byte[] userBytes = [];

    public bool IsMade => connection is not null;

    /// <summary>Whose connection it is.</summary>
    public string User { get; private set; } = "";

    /// <summary>Completes when the hub has left the connection; before there is a registration it is complete.</summary>
    public Task HubRun { get; private set; } = Task.CompletedTask;

    string IConnectionControl.Kind => "raw";

    IPAddress? IConnectionControl.Address => address;

    long IConnectionControl.QueuedBytes => outbox.QueuedBytes;

    /// <summary>A raw client hears nothing but frames.</summary>
    bool IValueOutput.HearsAnswers => false;

    public bool IsOf(ReadOnlySpan<byte> userId) => IsMade && userId.SequenceEqual(userBytes);

    public void Make(ClaimsPrincipal principal, string userId)
    {
        User = userId;
        userBytes = Encoding.UTF8.GetBytes(userId);
        connection = new RawHubConnection(principal, take);
        connection.Features.Set<ICatchUp>(this);
        connection.Features.Set<IValueOutput>(this);
        connection.Features.Set<IConnectionControl>(this);
        HubRun = RunAsync(connection);
    }

    /// <summary>Passes a frame to the hub; waits while the hub is too far behind.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame) => await connection!.WriteAsync(frame.Span);

    /// <summary>Leaves the hub, and saves how far the streams were sent.</summary>
    public async Task EndAsync()
    {
        if (connection is null)
            return;
        connection.Complete();
        await HubRun;
        await connection.DisposeAsync();
        await server.Confirmed.SaveAsync(User, outbox.Streams);
    }

    void ICatchUp.Begin(string stream, long after) => outbox.Begin(stream, after);

    void ICatchUp.End(string stream) => outbox.End(stream);

    void IValueOutput.Enqueue(Subscription subscription) => outbox.Add(subscription);

    // Of what a notice says, old pages know these; a token that expires they cannot renew.
    Task IConnectionControl.TellAsync(Notice notice)
    {
        if (notice.RetryAfter is not null)
            outbox.AddNotice(Encoding.UTF8.GetBytes(server.Protocol.NoticeFrame(notice)));
        return Task.CompletedTask;
    }

    async Task IConnectionControl.EndAsync(Notice why)
    {
        await ((IConnectionControl)this).TellAsync(why);
        outbox.Close(CloseCodes.Of(why), why.Text);
    }

    private async Task RunAsync(RawHubConnection connection)
    {
        await connection.RunAsync(server.Hub.Handler).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the hub logs its own faults
        outbox.Close(CloseCodes.NotAllStored, "The server ended the connection.");
    }
}
