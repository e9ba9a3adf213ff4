using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Raw.Socket;

internal static class PingStreamSetup
{
    /// <summary>Puts a <see cref="PingStream"/> under the WebSockets of the raw endpoint. It is a feature of the request once the WebSocket is accepted.
    /// Call it before the middleware that accepts WebSockets.</summary>
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

    /// <summary>The upgrade of HTTP/1.1.</summary>
    private sealed class Upgrade(IHttpUpgradeFeature inner, IFeatureCollection features) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => features.Keep(await inner.UpgradeAsync());
    }

    /// <summary>The extended CONNECT of HTTP/2.</summary>
    private sealed class ExtendedConnect(IHttpExtendedConnectFeature inner, IFeatureCollection features) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => features.Keep(await inner.AcceptAsync());
    }
}
