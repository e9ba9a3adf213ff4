using System.Security.Claims;
using System.Text;
using Chat.Server.Delivery;
using Chat.Server.History;
using Chat.Server.Raw.Delivery;
using Chat.Server.Topics;

namespace Chat.Server.Raw;

/// <summary>The hub connection of a raw connection whose user is known. The user never changes.</summary>
internal sealed class Registration : IAsyncDisposable
{
    private readonly RawHubConnection connection;
    private readonly RawDelivery delivery;
    private readonly ConfirmedPositions positions;
    private readonly byte[] userBytes;

    /// <summary>Connects to the hub. From now on the hub delivers.</summary>
    public Registration(
        string user, ClaimsPrincipal principal, RawHub hub, RawDelivery delivery, IConnectionControl control, FrameOutcomes outcomes,
        ConfirmedPositions positions)
    {
        (User, userBytes, this.delivery, this.positions) = (user, Encoding.UTF8.GetBytes(user), delivery, positions);
        // Before the hub begins a stream.
        delivery.BeginConfirmation();
        connection = new RawHubConnection(principal, delivery, outcomes);
        connection.Features.Set<ICatchUp>(delivery);
        connection.Features.Set<IValueOutput>(delivery);
        connection.Features.Set(control);
        HubRun = RunAsync(hub);
    }

    public string User { get; }

    /// <summary>Completes when the hub has left the connection.</summary>
    public Task HubRun { get; }

    public bool IsOf(ReadOnlySpan<byte> userId) => userId.SequenceEqual(userBytes);

    /// <summary>Passes a frame to the hub; waits while the hub is too far behind.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame) => await connection.WriteAsync(frame.Span);

    /// <summary>Leaves the hub and saves the confirmed positions.</summary>
    public async ValueTask DisposeAsync()
    {
        connection.Complete();
        await HubRun;
        await connection.DisposeAsync();
        await positions.SaveAsync(User, delivery.Streams);
    }

    private async Task RunAsync(RawHub hub)
    {
        await connection.RunAsync(hub.Handler).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the hub logs its own errors
        delivery.Close(CloseCodes.InternalError, "The server ended the connection.");
    }
}
