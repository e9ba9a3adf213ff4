namespace Chat.Server.Delivery;

/// <summary>A connection of a user, and the rooms whose messages it receives.</summary>
/// <remarks>The connection enters the user's rooms one by one, while the user may join and leave rooms. <c>left</c> holds the rooms that were
/// left after the list of rooms was read. Both sets are null until they are needed: most users are in no room.</remarks>
internal sealed class OnlineConnection(string id, string user, DateTimeOffset since, long authenticatedAt, IConnectionControl control, ICatchUp? catchUp)
{
    private readonly Lock gate = new();
    private HashSet<string>? rooms, left;
    private bool entered, ended;

    public string Id => id;
    public string User => user;
    public DateTimeOffset Since => since;

    /// <summary>A timestamp of the <see cref="TimeProvider"/>, taken before the user was authenticated.</summary>
    public long AuthenticatedAt => authenticatedAt;

    public IConnectionControl Control => control;
    public ICatchUp? CatchUp => catchUp;

    /// <summary>Enters a room of the user. Calls <paramref name="enterGroup"/> unless the connection is already in the room.</summary>
    public Task EnterAsync(string room, long after, Func<Task> enterGroup)
    {
        lock (gate)
        {
            if (ended || left?.Contains(room) == true || !(rooms ??= new(StringComparer.Ordinal)).Add(room))
                return Task.CompletedTask;
            var entering = enterGroup();
            catchUp?.Begin(room, after);
            return entering;
        }
    }

    /// <summary>Enters a room that the user has just joined.</summary>
    public Task JoinedAsync(string room, long head, Func<Task> enterGroup)
    {
        lock (gate)
            left?.Remove(room);
        return EnterAsync(room, head, enterGroup);
    }

    /// <summary>Leaves a room that the user has just left.</summary>
    public Task LeftAsync(string room, Func<Task> leaveGroup)
    {
        lock (gate)
        {
            if (!entered)
                (left ??= new(StringComparer.Ordinal)).Add(room);
            if (rooms?.Remove(room) != true)
                return Task.CompletedTask;
            catchUp?.End(room);
            return leaveGroup();
        }
    }

    /// <summary>Records that the connection is in all the user's rooms.</summary>
    public void CompleteEntry()
    {
        lock (gate)
            (entered, left) = (true, null);
    }

    /// <summary>Makes the connection enter no further room, and returns the rooms that it is in.</summary>
    public IReadOnlyCollection<string> End()
    {
        lock (gate)
        {
            ended = true;
            return [.. rooms ?? []];
        }
    }
}
