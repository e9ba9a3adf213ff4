namespace Chat.Server.Delivery;

/// <summary>A connection of a user, and the rooms whose messages it is given.</summary>
/// <remarks>It enters the user's rooms one by one while others may be joined or left: <c>left</c> keeps it out of a room that was left after
/// the list of rooms was read. Most users are in no room, and pay for none.</remarks>
internal sealed class OnlineConnection(string id, string user, DateTimeOffset since, IConnectionControl control, ICatchUp? catchUp)
{
    private readonly Lock gate = new();
    private HashSet<string>? rooms, left;
    private bool entered, ended;

    public string Id => id;
    public string User => user;
    public DateTimeOffset Since => since;
    public IConnectionControl Control => control;
    public ICatchUp? CatchUp => catchUp;

    /// <summary>Enters a room that the user is known to be in; <paramref name="enterGroup"/> is called if it was not there yet.</summary>
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

    /// <summary>The user has just joined a room.</summary>
    public Task JoinedAsync(string room, long head, Func<Task> enterGroup)
    {
        lock (gate)
            left?.Remove(room);
        return EnterAsync(room, head, enterGroup);
    }

    /// <summary>The user has just left a room.</summary>
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

    /// <summary>Enters no room any more, and returns those that it was in.</summary>
    public IReadOnlyCollection<string> End()
    {
        lock (gate)
        {
            ended = true;
            return [.. rooms ?? []];
        }
    }

    /// <summary>It is in all the user's rooms.</summary>
    public void Entered()
    {
        lock (gate)
            (entered, left) = (true, null);
    }
}
