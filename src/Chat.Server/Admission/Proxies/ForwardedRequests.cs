using System.Globalization;
using Chat.Server.Configuration;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Chat.Server.Admission.Proxies;

/// <summary>Gives requests the client's address, scheme, host and path prefix from the headers of the known proxies, and notes when those of
/// the server began.</summary>
/// <remarks>It covers the server's own paths, or with <see cref="ProxyScope"/> every path. It is a startup filter because it must run before routing,
/// which a web application puts before its own middleware.</remarks>
internal sealed partial class ForwardedRequests(
    IOptions<ProxyOptions> options, IOptions<HostFilteringOptions> hosts, ProxyAddresses proxies, ChatPaths paths, IEnumerable<ProxyScope> scopes, TimeProvider time, ILogger<ForwardedRequests> logger)
    : IStartupFilter
{
    private const string ForHeader = "X-Forwarded-For";
    private const string PortHeader = "X-Forwarded-Port";
    private const string PrefixHeader = "X-Forwarded-Prefix";

    private readonly OncePerKey lines = new(time);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(IsOfChat, ofChat =>
        {
            ofChat.UseRequestTime(time);
            if (!scopes.Any())
                Read(ofChat);
        });
        if (scopes.Any())
            Read(app);
        next(app);
    };

    private void Read(IApplicationBuilder app)
    {
        var networks = options.Value.Networks.ToList();
        if (networks.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
                ForwardLimit = null,
                AllowedHosts = hosts.Value.AllowedHosts, // those that the header Host may name
            };
            forwarded.KnownProxies.Clear(); // the machine itself is no proxy unless the settings name it
            forwarded.KnownIPNetworks.Clear();
            networks.ForEach(forwarded.KnownIPNetworks.Add);
            app.Use(following => context => RememberSocketAsync(context, following));
            app.UseForwardedHeaders(forwarded);
            app.Use(following => context => TakePortAndPrefixAsync(context, following));
        }
        if (PathPrefix.Parse(options.Value.PathBase) is { HasValue: true } prefix)
            app.Use(following => context =>
            {
                Take(prefix, context.Request, isTold: false);
                return following(context);
            });
    }

    /// <summary>Returns whether the path is one of the server's, or is below the prefixes that a known proxy and the settings name.</summary>
    private bool IsOfChat(HttpContext context)
    {
        var path = context.Request.Path;
        if (paths.Contain(path))
            return true;
        var own = PathPrefix.Parse(options.Value.PathBase) ?? PathString.Empty;
        return paths.Contain(Below(path, own))
            || ToldPrefixes(context).Select(told => Below(path, told)).Any(rest => paths.Contain(rest) || paths.Contain(Below(rest, own)));
    }

    private static PathString Below(PathString path, PathString prefix) => path.StartsWithSegments(prefix, out var rest) ? rest : path;

    /// <summary>The prefixes that the request's header may mean. The number of proxies, and so of their values, is not known yet.</summary>
    private List<PathString> ToldPrefixes(HttpContext context)
    {
        var told = new List<PathString>();
        if (context.Request.Headers[PrefixHeader].Count == 0 || (context.Connection.RemoteIpAddress is { } socket && !proxies.Contains(socket)))
            return told;
        foreach (var value in context.Request.Headers.GetCommaSeparatedValues(PrefixHeader).Reverse())
            if (PathPrefix.Parse(value) is { } prefix)
                told.Add(told.Count == 0 ? prefix : prefix + told[^1]);
            else
                break;
        return told;
    }

    private Task RememberSocketAsync(HttpContext context, RequestDelegate next)
    {
        var socket = context.Connection.RemoteIpAddress;
        if (socket is null || proxies.Contains(socket)) // a Unix socket has no address, and only this machine can open it
            context.Features.Set(new ProxiedRequest(socket, context.Request.Headers.GetCommaSeparatedValues(ForHeader).Length));
        return next(context);
    }

    private Task TakePortAndPrefixAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ProxiedRequest>() is not { } proxied)
            return next(context);
        // Each proxy of a chain appends its value. Values before those of the known proxies come from the client.
        var addresses = proxied.Addresses - context.Request.Headers.GetCommaSeparatedValues(ForHeader).Length;
        var hops = proxied.Addresses == 0 ? int.MaxValue : Math.Max(1, addresses);
        if (Told(PortHeader) is [var first, ..] && ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
            proxied.Port = port;
        var whole = PathString.Empty;
        foreach (var part in Told(PrefixHeader))
            if (PathPrefix.Parse(part) is { } prefix)
                whole += prefix;
            else
                return RefusePrefixAsync(context);
        if (whole.HasValue)
            Take(whole, context.Request, isTold: true);
        return next(context);

        string[] Told(string header)
        {
            StringValues values = context.Request.Headers[header];
            return values.Count == 0 ? [] : context.Request.Headers.GetCommaSeparatedValues(header).TakeLast(hops).ToArray();
        }
    }

    /// <summary>Moves the prefix from the path to the path base. A proxy that names the prefix may have removed it from the path.</summary>
    private void Take(PathString prefix, HttpRequest request, bool isTold)
    {
        if (request.Path.StartsWithSegments(prefix, out var matched, out var rest) && !paths.IsCall(request))
            (request.PathBase, request.Path) = (request.PathBase + matched, rest);
        else if (isTold)
            request.PathBase += prefix;
    }

    private Task RefusePrefixAsync(HttpContext context)
    {
        var proxy = $"{context.SocketAddress()}";
        if (lines.IsFirst(proxy))
            LogBadPrefix(logger, proxy);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync("bad_request: X-Forwarded-Prefix must be a path that begins with one slash, for instance /chat-app.");
    }

    [LoggerMessage(1, LogLevel.Warning, "The proxy at {Proxy} sent an X-Forwarded-Prefix that is not a path; the request was answered 400. "
        + "Set the header in the proxy, so that clients cannot: in nginx, proxy_set_header X-Forwarded-Prefix /chat-app; or \"\" where there is no prefix.")]
    private static partial void LogBadPrefix(ILogger logger, string proxy);
}

/// <summary>Is registered where the proxies' headers count for every request of the application.</summary>
internal sealed class ProxyScope;
