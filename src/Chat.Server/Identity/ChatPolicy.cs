using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Chat.Server.Identity;

/// <summary>The policy of one of the server's endpoints. The application's own authorization skips these endpoints, also with a fallback policy.</summary>
internal sealed record ChatPolicy(AuthorizationPolicy Policy) : IAllowAnonymous
{
    public static ChatPolicy Of(Action<AuthorizationPolicyBuilder> configure)
    {
        var policy = new AuthorizationPolicyBuilder();
        configure(policy);
        return new ChatPolicy(policy.Build());
    }
}

/// <summary>Applies the <see cref="ChatPolicy"/> of the request's endpoint.</summary>
internal sealed class ChatAuthorization(RequestDelegate next, IPolicyEvaluator evaluator)
{
    private readonly AuthorizationMiddlewareResultHandler handler = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ChatPolicy>() is not { Policy: var policy })
        {
            await next(context);
            return;
        }
        var authenticated = await evaluator.AuthenticateAsync(policy, context);
        var authorized = await evaluator.AuthorizeAsync(policy, authenticated, context, context);
        await handler.HandleAsync(next, context, policy, authorized);
    }
}
