namespace Chat.Server.Tests.Running;

/// <summary>How long a test waits for what must come. Machines are shared and slow; a test that passes never waits so long.</summary>
internal static class Wait
{
    private const int ShownLines = 200;

    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    /// <param name="log">What the server, or another program, has written; its end is shown when the wait is in vain.</param>
    public static async Task<T> ForAsync<T>(Task<T> task, string what, Func<string>? log = null, TimeSpan? limit = null)
    {
        var wait = limit ?? Long;
        try
        {
            return await task.WaitAsync(wait);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {wait.TotalSeconds:0} s.{End(log)}");
        }
    }

    /// <param name="log">As above.</param>
    public static Task ForAsync(Task task, string what, Func<string>? log = null, TimeSpan? limit = null)
    {
        return ForAsync(DoneAsync(), what, log, limit);

        async Task<bool> DoneAsync()
        {
            await task;
            return true;
        }
    }

    /// <summary>Asks again and again until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        using var limit = new CancellationTokenSource(Long);
        while (!await isSo())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"{what} did not come within {Long.TotalSeconds:0} s.");
            await Task.Delay(20);
        }
    }

    private static string End(Func<string>? log) =>
        log is null ? "" : " The log ends with:\n" + string.Join('\n', log().Split('\n').TakeLast(ShownLines));
}
