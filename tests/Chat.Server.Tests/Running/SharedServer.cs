namespace Chat.Server.Tests.Running;

/// <summary>The base of fixtures: one server for all tests of a class. It is for tests that do not notice each other.</summary>
public abstract class SharedServer(Dictionary<string, string>? settings = null, string environment = "Production") : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TestServer.StartAsync(settings, environment: environment);

    public async Task DisposeAsync()
    {
        if (Server is not null) // otherwise the start has failed
            await Server.DisposeAsync();
    }
}
