using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Identity;
using Chat.Server.Topics;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Hubs;

/// <summary>The state that the hub keeps for a connection between its calls.</summary>
internal sealed class Caller : IDisposable
{
    private readonly CallOrder order = new();
    private readonly HubCallerContext context;

    private Caller(HubCallerContext context, TimeProvider time)
    {
        this.context = context;
        var principal = context.User!;
        Identity = new ChatCaller(context.UserIdentifier!, principal, principal.IsOperator());
        var control = context.Features.Get<IConnectionControl>()!;
        Connection = new OnlineConnection(context.ConnectionId, User, time.GetUtcNow(), principal.AuthenticatedAt(), control, context.Features.Get<ICatchUp>());
        Subscriptions = new TopicSubscriptions(context.Features.Get<IValueOutput>()!);
        if (principal.ExpiresAt() is not { } expiresAt)
            return;
        Expiry = new TokenExpiry(time, () => _ = control.SendNoticeAsync(Notice.Expiring), () => _ = control.EndAsync(Notice.Unauthenticated));
        Expiry.Renew(expiresAt);
    }

    public ChatCaller Identity { get; }

    public string User => Identity.UserId;

    public OnlineConnection Connection { get; }

    public TopicSubscriptions Subscriptions { get; }

    /// <summary>Ends the connection when its token expires without a new one; null when it needs no token.</summary>
    public TokenExpiry? Expiry { get; }

    public static Caller Enter(HubCallerContext context, TimeProvider time)
    {
        var caller = new Caller(context, time);
        // Not in Items: its first use allocates half a kilobyte.
        context.Features.Set(caller);
        return caller;
    }

    public static Caller Of(HubCallerContext context) => context.Features.Get<Caller>()!;

    /// <summary>Makes a call in its turn that appends to the log.</summary>
    /// <inheritdoc cref="CallOrder.WriteAsync"/>
    public Task<T> Write<TState, T>(TState state, Func<TState, Task<T>> call) => order.WriteAsync(state, call);

    /// <summary>Makes a call in its turn that changes the caller's rooms or topics, if the caller may.</summary>
    /// <exception cref="ChatException"><c>forbidden</c>.</exception>
    public Task<T> Change<T>(ValueTask<bool> allowed, Func<Caller, Task<T>> call) => order.ChangeAsync(AdmitAsync(allowed), () => call(this));

    /// <summary>Makes a call in its turn that needs no permission.</summary>
    public Task<T> Change<T>(Func<Caller, Task<T>> call) => order.ChangeAsync(Task.CompletedTask, () => call(this));

    /// <summary>Makes a call that sees the effects of all earlier calls.</summary>
    public Task<T> Read<T>(Func<Caller, Task<T>> call) => order.ReadAsync(() => call(this));

    /// <summary>Ends the connection; stock clients do not reconnect.</summary>
    public void Abort() => context.Abort();

    public void Dispose() => Expiry?.Dispose();

    private static async Task AdmitAsync(ValueTask<bool> allowed)
    {
        if (!await allowed)
            throw new ChatException(ChatError.Forbidden);
    }
}
