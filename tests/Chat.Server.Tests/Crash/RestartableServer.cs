using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>A server that a test kills and starts again. Clients wait for the next start instead of polling.</summary>
internal sealed class RestartableServer(ServerProcess process)
{
    private TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address => process.Address;

    public async Task StartAsync()
    {
        await process.StartAsync();
        started.SetResult();
    }

    public void Kill()
    {
        started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Kill();
    }

    /// <summary>Waits until the server runs.</summary>
    public Task StartedAsync() => started.Task.WaitAsync(Wait.Long);
}
