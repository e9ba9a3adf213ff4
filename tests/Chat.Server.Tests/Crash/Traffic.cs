using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>Counts what is going on, so that a kill can wait for a moment worth killing in.</summary>
/// <param name="users">Who listen.</param>
/// <param name="room">What they are all in.</param>
internal sealed class Traffic(IReadOnlyList<string> users, string room)
{
    private readonly Lock gate = new();
    private int inFlight, receipts, unknown;
    private int awaitedReceipts = int.MaxValue, awaitedInFlight;
    private TaskCompletionSource<int>? awaited;

    public IReadOnlyList<string> Users => users;
    public string Room => room;
    public IReadOnlyList<string> Recipients { get; } = [.. users, room];
    public int Receipts => receipts;
    public int UnknownOutcomes => unknown;

    public void Begin()
    {
        lock (gate)
        {
            inFlight++;
            Look();
        }
    }

    public void Stored()
    {
        lock (gate)
        {
            receipts++;
            Look();
        }
    }

    public void Unknown() => Interlocked.Increment(ref unknown);

    public void End()
    {
        lock (gate)
            inFlight--;
    }

    /// <summary>Completes with the number in flight at a moment when so many more receipts have come and enough is in flight.</summary>
    public Task<int> AfterAsync(int moreReceipts, int minInFlight)
    {
        lock (gate)
        {
            (awaitedReceipts, awaitedInFlight) = (receipts + moreReceipts, minInFlight);
            awaited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            return Wait.ForAsync(awaited.Task, $"{moreReceipts} receipts");
        }
    }

    public int InFlight
    {
        get { lock (gate) return inFlight; }
    }

    private void Look()
    {
        if (awaited is not null && receipts >= awaitedReceipts && inFlight >= awaitedInFlight)
            awaited.TrySetResult(inFlight);
    }
}
