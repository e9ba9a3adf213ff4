namespace Chat.Server.Hubs;

/// <summary>Lets a connection's calls take effect in the order they came in, although they run side by side.</summary>
/// <remarks>A call takes effect where it takes its place in the log, which it does before it first waits. So there is nothing to do here
/// unless a call had to ask for permission first, and the answer took a while: then those behind it wait for their turn.</remarks>
internal sealed class CallOrder
{
    private readonly Lock gate = new();
    private Task turns = Task.CompletedTask;

    /// <summary>Completes when every change that was asked for so far is in force, or was refused.</summary>
    public Task Changes { get; private set; } = Task.CompletedTask;

    /// <summary>Makes a call in its turn.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> call) => RunAsync(Task.CompletedTask, call);

    /// <summary>Makes a call in its turn that later reads depend on.</summary>
    /// <param name="admission">Says whether it may be made, by completing or by failing.</param>
    /// <param name="call">The call.</param>
    public Task<T> ChangeAsync<T>(Task admission, Func<Task<T>> call)
    {
        var change = RunAsync(admission, call);
        lock (gate)
            Changes = Settled(Changes, change);
        return change;
    }

    private Task<T> RunAsync<T>(Task admission, Func<Task<T>> call)
    {
        lock (gate)
        {
            if (turns.IsCompleted && admission.IsCompletedSuccessfully)
                return call();
            var turn = new TaskCompletionSource();
            var run = RunInTurnAsync(turns, admission, call, turn);
            turns = turn.Task;
            return run;
        }
    }

    private static async Task<T> RunInTurnAsync<T>(Task before, Task admission, Func<Task<T>> call, TaskCompletionSource turn)
    {
        Task<T> running;
        try
        {
            await before;
            await admission;
            running = call();
        }
        finally
        {
            turn.SetResult();
        }
        return await running;
    }

    private static async Task Settled(Task before, Task change)
    {
        await before;
        await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
