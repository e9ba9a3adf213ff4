namespace Chat.Server.Tests.Node;

/// <summary>Installs the npm packages of the programs in this folder, once for all tests.</summary>
public sealed class NodePackages : IAsyncLifetime
{
    public Task InitializeAsync() => NodeProgram.InstallAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
