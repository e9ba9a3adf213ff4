namespace Chat.Server.Delivery;

/// <summary>Users whose connections the server has just closed. A connection that was authenticated before the close, and enters its user's group
/// after it, must end too.</summary>
/// <remarks>Remembers a close for a minute, which is longer than a connection takes to enter, and at most <see cref="MaxUsers"/> closes.</remarks>
internal sealed class RecentCloses(TimeProvider time)
{
    private const int MaxUsers = 10_000;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> newest = new(StringComparer.Ordinal);
    private readonly Queue<(string User, long At)> order = new();

    /// <summary>Remembers a close. Call it before the user's connections are looked up.</summary>
    public void Add(string user)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            while (order.TryPeek(out var oldest) && (order.Count >= MaxUsers || time.GetElapsedTime(oldest.At, now) > Kept))
            {
                order.Dequeue();
                if (newest.TryGetValue(oldest.User, out var at) && at == oldest.At)
                    newest.Remove(oldest.User);
            }
            newest[user] = now;
            order.Enqueue((user, now));
        }
    }

    /// <summary>Returns whether the user's connections were closed after this moment. Call it after the connection has entered its user's group.</summary>
    /// <param name="user">The user.</param>
    /// <param name="authenticatedAt">A timestamp of the <see cref="TimeProvider"/>.</param>
    public bool Cover(string user, long authenticatedAt)
    {
        lock (gate)
            return newest.TryGetValue(user, out var closedAt) && authenticatedAt < closedAt;
    }
}
