using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>Follows each frame of a raw connection from the reader to its outcome: stored, done or refused.</summary>
/// <remarks>One lock guards the counts. The reader adds frames. The hub takes one at a time, and waits before the next one while too many have no
/// outcome. Outcomes come on any thread.</remarks>
internal sealed class FrameOutcomes(FrameRefusals refusals)
{
    // One connection's share of a batch of the log. Frames of a window share commits.
    private const int MaxPending = 64, MaxPendingBytes = 256 << 10;

    // Sent as `unavailable`: a server fault must not count as a refused frame of the client, and its close must not be answered with 1000.
    private const string UnknownFault = "The server failed to process this frame.";

    private readonly Lock gate = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? space;

    // DrainAsync subtracts the extra one.
    private int unanswered = 1;
    private int pending, pendingBytes;
    private bool unstored;

    // The frame that the hub processes. Only the hub's loop uses it.
    private int currentBytes;
    private bool isCurrentTaken = true;

    /// <summary>True if every frame was answered, and none failed because the log was unavailable.</summary>
    public bool AllStored
    {
        get { lock (gate) return !unstored && unanswered == 0; }
    }

    private bool IsFull => pending >= MaxPending || pendingBytes >= MaxPendingBytes;

    /// <summary>Counts a frame that the reader passes to the hub.</summary>
    public void Add()
    {
        lock (gate)
            unanswered++;
    }

    /// <summary>Records a frame that was refused before the hub because the log is too far behind.</summary>
    public void AddUnstored()
    {
        lock (gate)
            unstored = true;
    }

    /// <summary>Waits until every frame has its outcome. No frame may be added afterwards.</summary>
    public Task DrainAsync()
    {
        lock (gate)
            CountAnswer();
        return drained.Task;
    }

    /// <summary>The hub begins to process a frame.</summary>
    public void BeginFrame(int bytes) => (currentBytes, isCurrentTaken) = (bytes, false);

    /// <summary>The hub has left the frame. If no call has taken it, it failed before its call began.</summary>
    public void EndFrame()
    {
        if (isCurrentTaken)
            return;
        isCurrentTaken = true;
        RefuseFault();
        lock (gate)
        {
            unstored = true;
            CountAnswer();
        }
    }

    /// <summary>Takes the frame that the hub processes for its call. The call must report its outcome.</summary>
    /// <returns>Bytes of the frame.</returns>
    public int TakeFrame()
    {
        isCurrentTaken = true;
        lock (gate)
        {
            pending++;
            pendingBytes += currentBytes;
        }
        return currentBytes;
    }

    /// <summary>Completes when the hub may process another frame.</summary>
    public Task SpaceAsync()
    {
        lock (gate)
            return IsFull ? (space = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
    }

    /// <summary>The call of a frame is done.</summary>
    public void Complete(int bytes)
    {
        lock (gate)
            CountOutcome(bytes);
    }

    /// <summary>The call of a frame has failed. A refusal has the form <c>CODE: text</c>; other failures are faults.</summary>
    public void Fail(int bytes, Exception reason)
    {
        var refusal = ChatError.FromHubError(reason.Message);
        if (refusal is var (error, text))
            refusals.Answer(error, text);
        else
            RefuseFault();
        lock (gate)
        {
            unstored |= (refusal?.Error ?? ChatError.Unavailable) == ChatError.Unavailable;
            CountOutcome(bytes);
        }
    }

    private void RefuseFault() => refusals.Refuse(ChatError.Unavailable, UnknownFault);

    private void CountOutcome(int bytes)
    {
        pending--;
        pendingBytes -= bytes;
        if (space is { } waiting && !IsFull)
        {
            space = null;
            waiting.SetResult();
        }
        CountAnswer();
    }

    private void CountAnswer()
    {
        if (--unanswered == 0)
            drained.TrySetResult();
    }
}
