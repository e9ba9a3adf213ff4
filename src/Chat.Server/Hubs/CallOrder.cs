namespace Chat.Server.Hubs;

/// <summary>Makes a connection's calls take effect in the order of their arrival, although they run in parallel.</summary>
/// <remarks>A call takes effect when it enters the log's queue, before its first await. So calls start at once, unless an earlier call
/// still waits for permission: then the calls behind it wait for their turn.</remarks>
internal sealed class CallOrder
{
    private readonly Lock gate = new();
    private Task turns = Task.CompletedTask, changes = Task.CompletedTask, lastWrite = Task.CompletedTask;

    /// <summary>Makes a call in its turn that appends to the log.</summary>
    /// <param name="state">The argument of <paramref name="call"/>, which then needs no closure: each message is such a call.</param>
    /// <param name="call">The call.</param>
    public Task<T> WriteAsync<TState, T>(TState state, Func<TState, Task<T>> call)
    {
        var write = RunAsync(Task.CompletedTask, state, call);
        // The log commits in order: when the last write is done, all earlier ones are.
        if (!write.IsCompleted)
            lock (gate)
                lastWrite = write;
        return write;
    }

    /// <summary>Makes a call in its turn that changes the connection's rooms, topics or token.</summary>
    /// <param name="admission">Completes when the call is allowed, and fails when it is not.</param>
    /// <param name="call">The call.</param>
    public Task<T> ChangeAsync<T>(Task admission, Func<Task<T>> call)
    {
        var change = RunAsync(admission, call, static call => call());
        lock (gate)
            changes = BothAsync(changes, change);
        return change;
    }

    /// <summary>Makes a call once all earlier calls have taken effect or were refused.</summary>
    public async Task<T> ReadAsync<T>(Func<Task<T>> call)
    {
        Task before;
        lock (gate)
            before = changes.IsCompleted && lastWrite.IsCompleted ? Task.CompletedTask : BothAsync(changes, lastWrite);
        if (!before.IsCompleted)
        {
            await before;
            // The last write completes on the thread of the delivery, which must not read the log.
            await Task.Yield();
        }
        return await call();
    }

    private Task<T> RunAsync<TState, T>(Task admission, TState state, Func<TState, Task<T>> call)
    {
        lock (gate)
        {
            if (turns.IsCompleted && admission.IsCompletedSuccessfully)
                return call(state);
            var turn = new TaskCompletionSource();
            var run = RunInTurnAsync(turns, admission, state, call, turn);
            turns = turn.Task;
            return run;
        }
    }

    private static async Task<T> RunInTurnAsync<TState, T>(
        Task before, Task admission, TState state, Func<TState, Task<T>> call, TaskCompletionSource turn)
    {
        Task<T> running;
        try
        {
            await before;
            await admission;
            running = call(state);
        }
        finally
        {
            turn.SetResult();
        }
        return await running;
    }

    /// <summary>Completes when both have ended, successfully or not.</summary>
    private static async Task BothAsync(Task first, Task second)
    {
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await second.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
