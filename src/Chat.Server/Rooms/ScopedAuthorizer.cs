namespace Chat.Server.Rooms;

/// <summary>Asks the application's authorizer, in a scope for each question: the application may have registered it as a scoped service.</summary>
internal sealed class ScopedAuthorizer(IServiceScopeFactory scopes)
{
    /// <inheritdoc cref="IChatAuthorizer.MayJoinAsync"/>
    public async ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Authorizer(scope).MayJoinAsync(caller, room, cancellationToken);
    }

    /// <inheritdoc cref="IChatAuthorizer.MaySubscribeAsync"/>
    public async ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Authorizer(scope).MaySubscribeAsync(caller, topic, cancellationToken);
    }

    private static IChatAuthorizer Authorizer(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<IChatAuthorizer>();
}
