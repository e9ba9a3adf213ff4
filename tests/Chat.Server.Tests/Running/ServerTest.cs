namespace Chat.Server.Tests.Running;

/// <summary>The base of tests with one server each in the test process, all with the same settings.</summary>
public abstract class ServerTest(Dictionary<string, string>? settings = null, TimeProvider? time = null) : ServerTest<TestServer>
{
    protected override Task<TestServer> StartAsync() => TestServer.StartAsync(settings, time);
}

/// <summary>The base of tests with one server each.</summary>
public abstract class ServerTest<TServer> : IAsyncLifetime
    where TServer : IRunningServer
{
    protected TServer Server { get; private set; } = default!;

    public virtual async Task InitializeAsync() => Server = await StartAsync();

    public virtual async Task DisposeAsync() => await Server.DisposeAsync();

    protected abstract Task<TServer> StartAsync();
}
