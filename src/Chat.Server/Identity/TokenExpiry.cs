namespace Chat.Server.Identity;

/// <summary>Ends a connection after its token has expired, unless the client presents a new token in time.</summary>
/// <param name="expiring">Called a minute before the token expires, or at once if less time is left.</param>
/// <param name="expired">Called when the connection must end: 25 s after the expiry, so that a client that slept can renew the token.</param>
internal sealed class TokenExpiry(TimeProvider time, Action expiring, Action expired) : IDisposable
{
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    // Less than the longest time of a timer, 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Lock gate = new();
    private ITimer? timer;
    private DateTimeOffset expiresAt;
    private bool noticed, ended;

    /// <summary>Replaces the token; false if the connection has ended already.</summary>
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

    // Some tokens expire at DateTimeOffset.MaxValue: adding to it would overflow.
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
