using System.Collections.Concurrent;
using Chat.Hosting;
using Chat.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Running;

/// <summary>The server inside the test process, on a free port and with an empty log.</summary>
public sealed class TestServer : IRunningServer
{
    private readonly WebApplication app;
    private readonly CapturedLog log;
    private readonly ConcurrentBag<IAsyncDisposable> clients = []; // tests connect many at once

    private TestServer(WebApplication app, string folder, CapturedLog log) => (this.app, Folder, this.log) = (app, folder, log);

    public Uri Address => new(app.Urls.Single());
    public IServiceProvider Services => app.Services;
    public string LogText => log.ToString();
    public string Folder { get; }
    public string Database => Path.Combine(Folder, "chat.db");

    /// <summary>Starts a server. A test that gives it a clock advances the time itself.</summary>
    /// <param name="services">Adds services before the server adds its own.</param>
    /// <param name="webRoot">The folder of the pages; by default there is none.</param>
    public static async Task<TestServer> StartAsync(
        Dictionary<string, string>? settings = null, TimeProvider? time = null, Action<IServiceCollection>? services = null, string environment = "Production",
        string? webRoot = null)
    {
        var folder = Directory.CreateTempSubdirectory("chat-").FullName;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = folder, WebRootPath = webRoot });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Chat:Identity:Mode"] = "Claimed",
            ["Chat:Storage:Path"] = Path.Combine(folder, "chat.db"),
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
        });
        builder.Configuration.AddInMemoryCollection(NoLimits.Settings);
        builder.Configuration.AddInMemoryCollection((settings ?? []).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
#pragma warning disable CA2000 // disposed with the server
        var log = new CapturedLog();
#pragma warning restore CA2000
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        if (time is not null)
            builder.Services.AddSingleton(time);
        services?.Invoke(builder.Services);
        Program.Add(builder);
        var app = builder.Build();
        try
        {
            Program.Map(app);
            await app.StartAsync();
            return new TestServer(app, folder, log);
        }
        catch
        {
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Returns the lines that the program prints for settings with which it does not start.</summary>
    public static async Task<IReadOnlyList<string>> RefusalAsync(Dictionary<string, string> settings)
    {
        try
        {
            await using (await StartAsync(settings)) { }
        }
        catch (Exception e) when (StartupFailure.Explain(e) is { Count: > 0 } reasons)
        {
            return reasons;
        }
        throw new InvalidOperationException("The server has started.");
    }

    /// <summary>Waits for a line of the log that contains all parts, logged already or later.</summary>
    public Task<string> LoggedAsync(params string[] parts) =>
        Wait.ForAsync(log.LineAsync(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))), $"A line with {string.Join(" and ", parts)}", log.ToString);

    public HttpClient Http() => new() { BaseAddress = Address };

    public async Task<HubClient> HubAsync(string user, HttpTransportType transport = HttpTransportType.WebSockets)
    {
        var client = await HubClient.ConnectAsync(Address, user, transport, log.ToString);
        clients.Add(client);
        return client;
    }

    public async Task<RawClient> RawAsync(string? register = null, string query = "")
    {
        var client = await RawClient.ConnectAsync(Address, query, log: log.ToString);
        clients.Add(client);
        if (register is not null)
            await client.SendAsync(register + "::");
        return client;
    }

    public async Task<RawTcpClient> TcpAsync(string path = "/api/home/connect", int? receiveBufferBytes = null, string? origin = null)
    {
        var client = await RawTcpClient.ConnectAsync(Address, path, receiveBufferBytes, log.ToString, origin);
        clients.Add(client);
        return client;
    }

    /// <summary>Returns all messages of a user's mailbox in the log, sent copies included.</summary>
    public async Task<List<Message>> MailboxAsync(string user)
    {
        await using var client = await HubClient.ConnectAsync(Address, user, log: log.ToString);
        return await client.ReadAllAsync(user);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        await Wait.ForAsync(app.StopAsync(), "The server's end", log.ToString);
        await app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
