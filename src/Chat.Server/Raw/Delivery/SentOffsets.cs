using System.Runtime.InteropServices;

namespace Chat.Server.Raw.Delivery;

/// <summary>How far a connection was sent each stream and has not confirmed it: before the ping that is out, a while ago, and since.</summary>
internal sealed class SentOffsets
{
    private Dictionary<StreamCursor, long>? since, asked; // most connections are idle, and need none
    private Queue<(long At, Dictionary<StreamCursor, long> Offsets)>? resting;
    private long ping;

    /// <summary>Whether a ping is out.</summary>
    public bool AreAsked => ping != 0;

    /// <summary>Whether something was sent that no ping stands behind.</summary>
    public bool HaveNew => since is { Count: > 0 } || resting is { Count: > 0 };

    /// <summary>Whether nothing is left to confirm.</summary>
    public bool AreConfirmed => !HaveNew && asked is not { Count: > 0 };

    public bool Contain(StreamCursor stream) =>
        since?.ContainsKey(stream) == true || asked?.ContainsKey(stream) == true || (resting is { Count: > 0 } && Rests(stream));

    /// <summary>The stream was sent up to here. Whoever says so may be late, and then says nothing new.</summary>
    public void Set(StreamCursor stream, long offset)
    {
        ref var sent = ref CollectionsMarshal.GetValueRefOrAddDefault(since ??= [], stream, out _);
        sent = Math.Max(sent, offset);
    }

    /// <summary>A ping goes out, behind everything that was sent until now. It takes the place of one that is still out, whose answer then tells
    /// nothing any more: so no answer confirms what was sent after its ping.</summary>
    public void Ask(long ping)
    {
        while (resting?.TryDequeue(out var older) == true)
            Add(older.Offsets);
        if (asked is not null)
            Add(asked);
        asked?.Clear();
        (since, asked, this.ping) = (asked, since, ping);
    }

    /// <summary>Confirms what was sent before the ping that is out; false when this is not its number.</summary>
    public bool TryConfirm(long ping, Action<StreamCursor, long> confirm)
    {
        if (!AreAsked || ping != this.ping)
            return false;
        this.ping = 0;
        if (asked is null)
            return true;
        foreach (var (stream, offset) in asked)
            confirm(stream, offset);
        asked.Clear();
        return true;
    }

    /// <summary>Confirms, without an answer, what had been sent when this was called so long ago.</summary>
    public void ConfirmOlder(TimeSpan age, TimeProvider time, Action<StreamCursor, long> confirm)
    {
        if (since is { Count: > 0 })
            (resting ??= []).Enqueue((time.GetTimestamp(), since));
        since = null;
        while (resting?.TryPeek(out var oldest) == true && time.GetElapsedTime(oldest.At) >= age)
            foreach (var (stream, offset) in resting.Dequeue().Offsets)
                confirm(stream, offset);
    }

    private bool Rests(StreamCursor stream) => resting!.Any(older => older.Offsets.ContainsKey(stream));

    private void Add(Dictionary<StreamCursor, long> older)
    {
        foreach (var (stream, offset) in older)
            Set(stream, offset);
    }
}
