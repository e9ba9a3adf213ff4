using Chat.Server.Admission;

namespace Chat.Server.Raw;

/// <summary>Keeps a raw connection to its user's send rate. The server stops reading, so the network slows the client down; after 5 s frames
/// over the rate are refused.</summary>
internal sealed class SendPace(SendLimits limits, TimeProvider time)
{
    // Pongs wait behind the frames, and must arrive within the keep-alive timeout of 15 s.
    private static readonly TimeSpan LongestSlowed = TimeSpan.FromSeconds(5);

    private long slowedSince;
    private bool slowed;

    /// <summary>Waits until the user may send. Returns false if the frame must be refused.</summary>
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
