using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Text;
using Chat.Protocol;
using Chat.Server.Messaging;

namespace Chat.Server.RawWebSockets;

/// <summary>Whom a raw connection belongs to, and its place in the hub from then on: once, and for life.</summary>
[SuppressMessage("Design", "CA1001", Justification = "What it owns is disposed by EndAsync.")]
internal sealed class Registration(Outbox outbox, OutboxSender sender, RawServices server, Action<ColonRecord> take) : ICatchUp
{
    private RawHubConnection? connection;
    private byte[] user = [];

    public bool IsMade => connection is not null;

    /// <summary>Completes when the hub has left the connection; before there is a registration it is complete.</summary>
    public Task HubRun { get; private set; } = Task.CompletedTask;

    public bool IsOf(ReadOnlySpan<byte> userId) => IsMade && userId.SequenceEqual(user);

    public void Make(ClaimsPrincipal principal, string userId)
    {
        user = Encoding.UTF8.GetBytes(userId);
        connection = new RawHubConnection(principal, this, take);
        HubRun = RunAsync(connection, userId);
    }

    /// <summary>Passes a frame to the hub; waits while the hub is too far behind.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame) => await connection!.WriteAsync(frame.Span);

    /// <summary>Leaves the hub, and saves how far the mailbox was sent.</summary>
    public async Task EndAsync()
    {
        if (connection is null)
            return;
        connection.Complete();
        await HubRun;
        await connection.DisposeAsync();
        await server.Confirmed.SaveAsync(sender.User, sender.User);
    }

    /// <summary>The hub has put the connection into its user's group.</summary>
    void ICatchUp.Begin() => outbox.CatchUp();

    private async Task RunAsync(RawHubConnection connection, string userId)
    {
        try
        {
            await sender.BeginAsync(userId);
        }
        catch (LogUnavailableException)
        {
            outbox.Close(CloseCodes.NotAllStored, "The message log cannot be read now.");
            return;
        }
        await connection.RunAsync(server.Hub.Handler).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the hub logs its own faults
        outbox.Close(CloseCodes.NotAllStored, "The server ended the connection.");
    }
}
