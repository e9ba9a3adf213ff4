namespace Chat.Server.Tests.Running;

/// <summary>Waits for an expected result, with a time limit. The limit is long because machines are shared and slow; a passing test never
/// reaches it.</summary>
internal static class Wait
{
    private const int ShownLines = 200;

    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    /// <param name="log">The output of the server or another program, whose end a timeout shows.</param>
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

    /// <inheritdoc cref="ForAsync{T}"/>
    public static Task ForAsync(Task task, string what, Func<string>? log = null, TimeSpan? limit = null)
    {
        return ForAsync(DoneAsync(), what, log, limit);

        async Task<bool> DoneAsync()
        {
            await task;
            return true;
        }
    }

    /// <summary>Polls until the condition is true.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Long);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"{what} did not come within {Long.TotalSeconds:0} s.");
            await Task.Delay(20);
        }
    }

    private static string End(Func<string>? log) =>
        log is null ? "" : " The log ends with:\n" + string.Join('\n', log().Split('\n').TakeLast(ShownLines));
}
