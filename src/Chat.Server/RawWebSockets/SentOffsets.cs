namespace Chat.Server.RawWebSockets;

/// <summary>How far a connection has been sent each stream: before the ping that is out, and since.</summary>
internal sealed class SentOffsets
{
    private Dictionary<StreamCursor, long>? since, before; // most connections are idle, and need none

    /// <summary>Whether something was sent that no ping stands behind.</summary>
    public bool HaveNew => since is { Count: > 0 };

    /// <summary>Whether an answer to the ping that is out would tell something.</summary>
    public bool AreAsked => before is { Count: > 0 };

    public bool Contain(StreamCursor stream) => since?.ContainsKey(stream) == true || before?.ContainsKey(stream) == true;

    public void Set(StreamCursor stream, long offset) => (since ??= [])[stream] = offset;

    /// <summary>A ping goes out behind everything that was sent until now. None of it may be asked for already.</summary>
    public void Ask() => (since, before) = (before, since);

    /// <summary>No answer to the ping that is out tells anything any more.</summary>
    public void Unask()
    {
        if (before is null)
            return;
        foreach (var (stream, offset) in before)
            (since ??= []).TryAdd(stream, offset); // what was sent since is newer
        before.Clear();
    }

    /// <summary>The ping that is out was answered, or need not be: the user has what was sent before it.</summary>
    public void Confirm(Action<StreamCursor, long> confirm)
    {
        if (before is null)
            return;
        foreach (var (stream, offset) in before)
            confirm(stream, offset);
        before.Clear();
    }
}
