namespace Chat.Server.Tests.Running;

/// <summary>The base of tests with one server each, all with the same settings.</summary>
public abstract class ServerTest(Dictionary<string, string>? settings = null, TimeProvider? time = null) : IAsyncLifetime
{
    protected TestServer Server { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Server = await TestServer.StartAsync(settings, time);

    public virtual async Task DisposeAsync() => await Server.DisposeAsync();
}
