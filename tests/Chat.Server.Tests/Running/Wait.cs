namespace Chat.Server.Tests.Running;

/// <summary>How long a test waits for what must come. Machines are shared and slow; a test that passes never waits so long.</summary>
internal static class Wait
{
    private const int ShownLines = 200;

    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    /// <param name="log">The server's log, whose end is shown when the wait is in vain.</param>
    public static async Task<T> ForAsync<T>(Task<T> task, string what, Func<string>? log = null)
    {
        try
        {
            return await task.WaitAsync(Long);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {Long.TotalSeconds:0} s.{End(log)}");
        }
    }

    private static string End(Func<string>? log) =>
        log is null ? "" : " The server's log ends with:\n" + string.Join('\n', log().Split('\n').TakeLast(ShownLines));
}
