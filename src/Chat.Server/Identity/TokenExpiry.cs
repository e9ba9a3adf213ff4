namespace Chat.Server.Identity;

/// <summary>Ends a connection whose token has expired, unless a new one comes in time.</summary>
/// <param name="expiring">Called a minute before the end of the token, or at once if that is nearer.</param>
/// <param name="expired">Called when the connection is to end: not at once, so that it can be renewed by a client that slept.</param>
internal sealed class TokenExpiry(TimeProvider time, Action expiring, Action expired) : IDisposable
{
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    // What a timer can wait for.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Lock gate = new();
    private ITimer? timer;
    private DateTimeOffset expiresAt;
    private bool noticed, ended;

    /// <summary>Waits for the end of this token instead of the one before; false when it comes too late.</summary>
    public bool Renew(DateTimeOffset expiresAt)
    {
        lock (gate)
        {
            if (ended)
                return false;
            (this.expiresAt, noticed) = (expiresAt, false);
            timer ??= time.CreateTimer(static self => ((TokenExpiry)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Wait();
            return true;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            timer?.Dispose();
        }
    }

    // Some tokens expire when time itself does: nothing is added to that.
    private TimeSpan Rest => expiresAt - time.GetUtcNow();

    private void Wait()
    {
        var rest = noticed ? Rest + Grace : Rest - Notice;
        timer!.Change(rest < TimeSpan.Zero ? TimeSpan.Zero : rest < Longest ? rest : Longest, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        Action? due = null;
        lock (gate)
        {
            if (ended)
                return;
            var rest = Rest;
            if (rest <= -Grace)
                (due, ended) = (expired, true);
            else if (!noticed && rest <= Notice)
                (due, noticed) = (expiring, true);
            if (!ended)
                Wait();
        }
        due?.Invoke();
    }
}
