namespace Chat.Server.Hubs;

/// <summary>Lets a connection's calls take effect in the order they came in, although they run side by side.</summary>
/// <remarks>A call takes effect where it takes its place in the log, which it does before it first waits. So there is nothing to do here
/// unless a call had to ask for permission first, and the answer took a while: then those behind it wait for their turn.</remarks>
internal sealed class CallOrder
{
    private readonly Lock gate = new();
    private Task turns = Task.CompletedTask, changes = Task.CompletedTask, lastWrite = Task.CompletedTask;

    /// <summary>Makes a call in its turn that appends to the log.</summary>
    public Task<T> WriteAsync<T>(Func<Task<T>> call)
    {
        var write = RunAsync(Task.CompletedTask, call);
        // The log commits in order: once the last one is done, so are those before it.
        if (!write.IsCompleted)
            lock (gate)
                lastWrite = write;
        return write;
    }

    /// <summary>Makes a call in its turn that changes what the connection may do or hears of.</summary>
    /// <param name="admission">Says whether it may be made, by completing or by failing.</param>
    /// <param name="call">The call.</param>
    public Task<T> ChangeAsync<T>(Task admission, Func<Task<T>> call)
    {
        var change = RunAsync(admission, call);
        lock (gate)
            changes = BothAsync(changes, change);
        return change;
    }

    /// <summary>Makes a call once everything that was asked for before is in force, or was refused.</summary>
    public async Task<T> ReadAsync<T>(Func<Task<T>> call)
    {
        Task before;
        lock (gate)
            before = changes.IsCompleted && lastWrite.IsCompleted ? Task.CompletedTask : BothAsync(changes, lastWrite);
        await before;
        return await call();
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

    /// <summary>Completes when both have ended, in whatever way.</summary>
    private static async Task BothAsync(Task first, Task second)
    {
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await second.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
