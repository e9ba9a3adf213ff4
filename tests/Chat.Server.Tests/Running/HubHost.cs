using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Running;

/// <summary>A server with a test's own hub at <c>/chat</c>, which treats clients as the real server never does.</summary>
public static class HubHost
{
    /// <param name="parts">The constructor arguments of the hub.</param>
    public static async Task<WebApplication> StartAsync<THub>(params object[] parts)
        where THub : Hub
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        foreach (var part in parts)
            builder.Services.AddSingleton(part.GetType(), part);
        builder.Services.AddSignalR();
        var server = builder.Build();
        server.MapHub<THub>("/chat");
        await server.StartAsync();
        return server;
    }
}
