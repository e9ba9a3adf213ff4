using Chat.Server.Admission;

namespace Chat.Server.Raw;

/// <summary>Keeps a raw connection to its user's rate by reading no further, which the network passes on to the sender; one that pays no heed
/// is refused what is too much.</summary>
internal sealed class SendPace(SendLimits limits, TimeProvider time)
{
    // Short enough for a pong behind the frames to be in time for the keep-alive.
    private static readonly TimeSpan LongestSlowed = TimeSpan.FromSeconds(5);

    private long slowedSince;
    private bool slowed;

    /// <summary>Waits until the user may send; false when it has been slowed for long and still sends too fast.</summary>
    public ValueTask<bool> EnterAsync(string user)
    {
        if (!limits.TrySend(user))
            return new ValueTask<bool>(WaitAsync(user));
        slowed = slowed && !limits.HasRested(user);
        return ValueTask.FromResult(true);
    }

    private Task<bool> WaitAsync(string user)
    {
        if (!slowed)
            (slowed, slowedSince) = (true, time.GetTimestamp());
        var rest = LongestSlowed - time.GetElapsedTime(slowedSince);
        return rest > TimeSpan.Zero ? limits.WaitToSendAsync(user, rest) : Task.FromResult(false);
    }
}
