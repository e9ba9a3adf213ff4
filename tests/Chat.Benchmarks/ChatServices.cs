using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Chat.Benchmarks;

/// <summary>A running server over an empty log. Appends complete only while its delivery runs.</summary>
internal sealed class ChatServices : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-benchmark-").FullName;
    private readonly WebApplication application;

    public ChatServices()
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0", "--Chat:Identity:Mode=Claimed", "--Chat:Limits:SendsPerSecond=0",
            $"--Chat:Storage:Path={Path.Combine(folder, "chat.db")}"]);
        builder.Logging.ClearProviders();
        Server.ChatSetup.AddChat(builder);
        application = builder.Build();
        Server.ChatSetup.MapChat(application);
        application.StartAsync().GetAwaiter().GetResult();
    }

    public async Task<ClientWebSocket> ConnectAsync(string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(application.Urls.First().Replace("http", "ws", StringComparison.Ordinal) + path), CancellationToken.None);
        return socket;
    }

    public IServiceProvider Provider => application.Services;

    public void Dispose()
    {
        application.StopAsync().GetAwaiter().GetResult();
        ((IDisposable)application).Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
