using Chat.Protocol;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Client.Tests;

/// <summary>The base of tests with one server in the test process, and clients.</summary>
public abstract class ClientTest(Dictionary<string, string>? settings = null) : ClientTest<TestServer>
{
    protected override Task<TestServer> StartAsync() => TestServer.StartAsync(new(ApiKeys.Concat(settings ?? [])));
}

/// <summary>The base of tests that kill their server, and so run it in its own process.</summary>
public abstract class ClientRestartTest : ClientTest<ServerProcess>
{
    protected override Task<ServerProcess> StartAsync() => ServerProcess.StartedAsync(ApiKeys);
}

/// <summary>The base of tests with one server and clients.</summary>
public abstract class ClientTest<TServer> : ServerTest<TServer>
    where TServer : IRunningServer
{
    private const string Key = "key of an operator";

    private readonly List<ChatClient> clients = [];

    /// <summary>Settings with the API key of an operator.</summary>
    protected static Dictionary<string, string> ApiKeys => Keys.Settings((Key, "shop", ["push", "topics", "admin"]));

    public override async Task DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Returns a client with short waits.</summary>
    /// <param name="at">Another address than the server's own.</param>
    protected ChatClient Client(string user, IPositionStore? positions = null, int? firstMessages = null, Uri? at = null) => Add(new ChatClientOptions
    {
        Server = at ?? Server.Address,
        User = user,
        Positions = positions ?? new MemoryPositionStore(),
        FirstMessages = firstMessages,
        MinReconnectDelay = TimeSpan.FromMilliseconds(20),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
    });

    protected ChatClient Add(ChatClientOptions options)
    {
        var client = new ChatClient(options);
        clients.Add(client);
        return client;
    }

    protected Task<HubClient> HubAsync(string user) => HubClient.ConnectAsync(Server.Address, user, log: () => Server.LogText);

    protected HttpClient Operator() => Keys.Client(new Uri(Server.Address, "/api/v1/"), Key);

    protected Task<T> SoonAsync<T>(Task<T> task, string what) => Wait.ForAsync(task, what, () => Server.LogText);

    protected Task SoonAsync(Task task, string what) => SoonAsync(DoneAsync(task), what);

    protected Task<ChatException> RefusalAsync(Task call) => SoonAsync(ThrownAsync(call), "A refusal");

    protected static List<string> Numbered(string text, int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(i => $"{text} {i}")];

    private static async Task<bool> DoneAsync(Task task)
    {
        await task;
        return true;
    }

    private static async Task<ChatException> ThrownAsync(Task call) => (await call.Invoking(async waiting => await waiting).Should().ThrowAsync<ChatException>()).Which;
}
