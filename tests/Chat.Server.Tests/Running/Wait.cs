namespace Chat.Server.Tests.Running;

/// <summary>How long a test waits for what must come. Machines are shared and slow; a test that passes never waits so long.</summary>
internal static class Wait
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    public static async Task<T> ForAsync<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Long);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {Long.TotalSeconds:0} s.");
        }
    }
}
