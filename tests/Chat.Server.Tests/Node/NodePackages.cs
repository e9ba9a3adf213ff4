namespace Chat.Server.Tests.Node;

/// <summary>What the programs beside this file import, installed once for all tests.</summary>
public sealed class NodePackages : IAsyncLifetime
{
    public Task InitializeAsync() => NodeProgram.InstallAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
