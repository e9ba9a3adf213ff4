using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Text;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Raw.Delivery;
using Chat.Server.Topics;

namespace Chat.Server.Raw;

/// <summary>Whom a raw connection belongs to, and its place in the hub from then on: once, and for life.</summary>
/// <param name="outbox">What is sent on it.</param>
/// <param name="server">The server.</param>
/// <param name="take">Gets what the hub says.</param>
/// <param name="control">What the server does to it of its own accord.</param>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed by EndAsync.")]
internal sealed class Registration(Outbox outbox, RawServices server, Action<ColonRecord> take, RawControl control) : ICatchUp, IValueOutput
{
    private RawHubConnection? connection;
    private byte[] userBytes = [];

    public bool IsMade => connection is not null;

    /// <summary>Whose connection it is.</summary>
    public string User { get; private set; } = "";

    /// <summary>Completes when the hub has left the connection; before there is a registration it is complete.</summary>
    public Task HubRun { get; private set; } = Task.CompletedTask;

    /// <summary>A raw client hears nothing but frames.</summary>
    bool IValueOutput.ReceivesAnswers => false;

    public bool IsOf(ReadOnlySpan<byte> userId) => IsMade && userId.SequenceEqual(userBytes);

    public void Make(ClaimsPrincipal principal, string userId)
    {
        User = userId;
        userBytes = Encoding.UTF8.GetBytes(userId);
        connection = new RawHubConnection(principal, take);
        connection.Features.Set<ICatchUp>(this);
        connection.Features.Set<IValueOutput>(this);
        connection.Features.Set<IConnectionControl>(control);
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

    private async Task RunAsync(RawHubConnection connection)
    {
        await connection.RunAsync(server.Hub.Handler).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the hub logs its own faults
        outbox.Close(CloseCodes.InternalError, "The server ended the connection.");
    }
}
