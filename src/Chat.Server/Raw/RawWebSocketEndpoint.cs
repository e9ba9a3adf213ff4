using System.Security.Claims;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Identity;
using Chat.Server.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Raw;

/// <summary>Accepts WebSocket handshakes, and answers any other request with an HTTP error.</summary>
internal static class RawWebSocketEndpoint
{
    private const string SupportedVersion = "13";

    public static async Task HandleAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<Drain>().HasBegun)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, Drain.Reason);
            return;
        }
        if (context.WebSockets.IsWebSocketRequest)
        {
            context.User = (await context.AuthenticateAsync(IdentitySetup.SchemeName)).Principal ?? new ClaimsPrincipal();
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using (context.RequestServices.GetRequiredService<ChatMetrics>().Connected("raw"))
                await context.RequestServices.GetRequiredService<RawConnectionFactory>().Create(context, socket).RunAsync();
            // A socket that has answered a breach of the WebSocket protocol is in the state Aborted. Disposing it would abort the request and
            // could cut off the answer.
            context.Features.Set<IHttpRequestLifetimeFeature>(new OrderlyEnd());
            return;
        }

        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Get;
            await AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "The method of a WebSocket handshake is GET.");
        }
        else if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest != true || !IsWebSocket(request))
        {
            if (LostUpgrades.IsOne(context))
                context.RequestServices.GetRequiredService<LostUpgrades>().Warn(context);
            context.Response.Headers.Upgrade = "websocket";
            await AnswerAsync(
                context, StatusCodes.Status426UpgradeRequired, "This is a WebSocket endpoint: connect with ws:// and send userid:toUserid:content.");
        }
        else if (request.Headers.SecWebSocketVersion != SupportedVersion)
        {
            context.Response.Headers.SecWebSocketVersion = SupportedVersion;
            context.Response.Headers.Upgrade = "websocket";
            await AnswerAsync(context, StatusCodes.Status426UpgradeRequired, "The server supports only version 13 of the WebSocket protocol.");
        }
        else
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "The WebSocket handshake is malformed.");
        }
    }

    private static bool IsWebSocket(HttpRequest request) =>
        request.Headers.GetCommaSeparatedValues("Upgrade").Contains("websocket", StringComparer.OrdinalIgnoreCase);

    /// <summary>The lifetime of a request that has ended: an abort does nothing.</summary>
    private sealed class OrderlyEnd : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public void Abort() { }
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        var error = status == StatusCodes.Status503ServiceUnavailable ? ChatError.Unavailable : ChatError.BadRequest;
        return context.RequestServices.GetRequiredService<ConnectRefusals>().RefuseAsync(context, status, new ChatException(error, text));
    }
}
