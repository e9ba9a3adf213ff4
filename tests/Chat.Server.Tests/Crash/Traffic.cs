using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Crash;

/// <summary>Counts receipts and messages in flight, so that a kill can wait until enough messages are in flight.</summary>
/// <param name="users">The users that receive.</param>
/// <param name="room">The room of all users.</param>
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

    public int InFlight
    {
        get { lock (gate) return inFlight; }
    }

    public void Begin()
    {
        lock (gate)
        {
            inFlight++;
            CompleteIfReached();
        }
    }

    public void Stored()
    {
        lock (gate)
        {
            receipts++;
            CompleteIfReached();
        }
    }

    public void Unknown() => Interlocked.Increment(ref unknown);

    public void End()
    {
        lock (gate)
            inFlight--;
    }

    /// <summary>Completes with the number in flight once so many more receipts have come and enough messages are in flight.</summary>
    public Task<int> AfterAsync(int moreReceipts, int minInFlight)
    {
        lock (gate)
        {
            (awaitedReceipts, awaitedInFlight) = (receipts + moreReceipts, minInFlight);
            awaited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            return Wait.ForAsync(awaited.Task, $"{moreReceipts} receipts");
        }
    }

    private void CompleteIfReached()
    {
        if (awaited is not null && receipts >= awaitedReceipts && inFlight >= awaitedInFlight)
            awaited.TrySetResult(inFlight);
    }
}
