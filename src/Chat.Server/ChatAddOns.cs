using Chat.Server.Admission;
using Chat.Server.Admission.Proxies;
using Chat.Server.Configuration;
using Chat.Server.Log;
using Chat.Server.Operations;
using Chat.Server.Push;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Chat.Server;

/// <summary>Parts of the server that concern the whole application. Each is a choice of the application; the program chat-server uses them all.</summary>
public static class ChatAddOns
{
    // Linux's net.core.somaxconn cuts more. After a restart thousands of clients connect at once; TCP resets those that the queue cannot hold.
    private const int Backlog = 4096;

    // A token of 8 KiB in the address, percent-encoded at worst.
    private const int MaxRequestLineBytes = 32 << 10;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Applies the headers of <c>Chat:KnownProxies</c> and <c>Chat:PathBase</c> to every request. Without it, only to the server's own paths.</summary>
    public static void AddChatProxies(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<ProxyScope>();

    /// <summary>Limits TCP connections: for each address, by the open files of the process, and while they are silent. It uses Kestrel's endpoint defaults.</summary>
    public static void AddChatSocketLimits(this IHostApplicationBuilder builder) => builder.AddSocketLimits();

    /// <summary>Sets limits of Kestrel: 32 KiB for the request line, 10 s for the headers, 4096 connections that wait to be accepted. The header
    /// <c>Idempotency-Key</c> is then read byte by byte, so that a key that is not UTF-8 gets a clear error.</summary>
    public static void AddChatKestrelLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            // A client that sends its headers slowly holds a connection before its user is known.
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            MessageEndpoints.ReadKeyAsBytes(kestrel);
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = Backlog);
    }

    /// <summary>Adds an exporter of the metrics for Prometheus. Without it the application reads the meter <c>Chat.Server</c> with its own.</summary>
    public static void AddChatMetrics(this IHostApplicationBuilder builder) => builder.AddPrometheus();

    /// <summary>Maps <c>/metrics</c>. Needs <see cref="AddChatMetrics"/>, and follows <see cref="ChatSetup.MapChat"/>.</summary>
    /// <returns>The endpoint: an application with a fallback policy calls <c>AllowAnonymous</c> or <c>RequireAuthorization</c> on it.</returns>
    public static IEndpointConventionBuilder MapChatMetrics(this WebApplication app) => app.MapPrometheus();

    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>.</summary>
    /// <returns>The endpoints, as of <see cref="MapChatMetrics"/>.</returns>
    public static IEndpointConventionBuilder MapChatHealth(this WebApplication app) => app.MapHealth();

    /// <summary>Adds an OpenAPI document of <c>/api/v1</c>, named <c>v1</c>.</summary>
    public static void AddChatApiDocument(this IHostApplicationBuilder builder) => builder.AddApiDocument();

    /// <summary>Maps <c>/openapi/v1.json</c>, and <c>/scalar</c>, a page that shows it. Needs <see cref="AddChatApiDocument"/>.</summary>
    /// <returns>The endpoints, as of <see cref="MapChatMetrics"/>.</returns>
    public static IEndpointConventionBuilder MapChatApiDocument(this WebApplication app) => app.MapApiDocument();

    /// <summary>Rewrites the message log without its unused pages, while no server uses it. A process that ends halfway leaves the log as it was.</summary>
    /// <exception cref="LogOpenException">The log is missing or in use, cannot be used, or its disk lacks the room.</exception>
    public static Compaction CompactChatLog(this IHost app)
    {
        app.Services.GetRequiredService<UnreadSettings>().Warn();
        return app.Services.GetRequiredService<ILogCompactor>().Compact();
    }
}
