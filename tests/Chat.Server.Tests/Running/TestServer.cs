using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Running;

/// <summary>The server inside the test process, on a real port of its own and an empty log.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string folder;
    private readonly CapturedLog log;
    private readonly List<IAsyncDisposable> clients = [];

    private TestServer(WebApplication app, string folder, CapturedLog log) => (this.app, this.folder, this.log) = (app, folder, log);

    public Uri Address => new(app.Urls.Single());
    public IServiceProvider Services => app.Services;
    public string LogText => log.ToString();

    /// <summary>Starts a server; tests that give it a clock move its time themselves.</summary>
    public static async Task<TestServer> StartAsync(Dictionary<string, string>? settings = null, TimeProvider? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("chat-").FullName;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Chat:Identity:Mode"] = "Claimed",
            ["Chat:Storage:Path"] = Path.Combine(folder, "chat.db"),
        });
        builder.Configuration.AddInMemoryCollection((settings ?? []).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
#pragma warning disable CA2000 // disposed with the server
        var log = new CapturedLog();
#pragma warning restore CA2000
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        if (time is not null)
            builder.Services.AddSingleton(time);
        var app = Program.Build(builder);
        await app.StartAsync();
        return new TestServer(app, folder, log);
    }

    public HttpClient Http() => new() { BaseAddress = Address };

    public async Task<HubClient> HubAsync(string user)
    {
        var client = await HubClient.ConnectAsync(Address, user);
        clients.Add(client);
        return client;
    }

    public async Task<RawClient> RawAsync(string? register = null, string query = "")
    {
        var client = await RawClient.ConnectAsync(Address, query);
        clients.Add(client);
        if (register is not null)
            await client.SendAsync(register + "::");
        return client;
    }

    public async Task<RawTcpClient> TcpAsync(string path = "/api/home/connect", int? receiveBufferBytes = null)
    {
        var client = await RawTcpClient.ConnectAsync(Address, path, receiveBufferBytes);
        clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Keeps every line that the server logs, at every level.</summary>
    private sealed class CapturedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> lines = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

        public override string ToString() => string.Join('\n', lines);

        public void Dispose() { }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }
    }
}
