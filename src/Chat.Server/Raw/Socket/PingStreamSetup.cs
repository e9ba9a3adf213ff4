using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Raw.Socket;

internal static class PingStreamSetup
{
    /// <summary>Puts a <see cref="PingStream"/> under the WebSockets of the raw endpoint, among the request's features once it is accepted.
    /// Stands before what accepts WebSockets.</summary>
    public static void UsePingStream(this IApplicationBuilder app, PathString path)
    {
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(path))
            {
                if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
                    context.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, context.Features));
                if (context.Features.Get<IHttpExtendedConnectFeature>() is { } connect)
                    context.Features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect(connect, context.Features));
            }
            return next(context);
        });
    }

    private static PingStream Keep(this IFeatureCollection features, Stream stream)
    {
        var ping = new PingStream(stream);
        features.Set(ping);
        return ping;
    }

    /// <summary>How HTTP/1.1 becomes a WebSocket.</summary>
    private sealed class Upgrade(IHttpUpgradeFeature inner, IFeatureCollection features) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => features.Keep(await inner.UpgradeAsync());
    }

    /// <summary>How a stream of HTTP/2 becomes one.</summary>
    private sealed class ExtendedConnect(IHttpExtendedConnectFeature inner, IFeatureCollection features) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => features.Keep(await inner.AcceptAsync());
    }
}
