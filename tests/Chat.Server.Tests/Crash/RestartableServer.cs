using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>Lets clients wait for the server's next life instead of knocking.</summary>
internal sealed class ServerLives(ServerProcess server)
{
    private TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address => server.Address;

    public async Task BeginAsync()
    {
        await server.StartAsync();
        up.SetResult();
    }

    public void End()
    {
        up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Kill();
    }

    public Task UpAsync() => up.Task.WaitAsync(Wait.Long);
}
