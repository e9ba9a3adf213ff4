using Chat.Protocol;

namespace Chat.Client;

/// <summary>Puts a stream in order, the mailbox or a room: each message is delivered once, by offset, whether it came live or in an answer.</summary>
/// <param name="backlog">What waits here for a gap to close is part of it.</param>
/// <param name="deliver">Takes the next message.</param>
internal sealed class OrderedStream(Backlog backlog, Action<Message> deliver)
{
    private readonly Dictionary<long, Message> held = [];
    private string heldEpoch = "";

    /// <summary>The position after the last delivered message; null until the stream has begun: until then live messages wait.</summary>
    public Position? Last { get; private set; }

    /// <summary>Whether messages wait for others that are missing.</summary>
    public bool HasGap => held.Count > 0;

    /// <summary>Begins at a position.</summary>
    public void Begin(Position at)
    {
        Last = at;
        Release();
    }

    /// <summary>Begins with a page of the newest messages.</summary>
    public void Begin(IReadOnlyList<Message> newest)
    {
        Last = null;
        foreach (var message in newest)
            Accept(message);
        Release();
    }

    /// <summary>Takes a live message.</summary>
    public void Receive(Message message)
    {
        var at = Parse(message.Position);
        if (at.Epoch == Last?.Epoch && at.Offset <= Last.Value.Offset + 1)
        {
            Accept(message);
            Release();
            return;
        }
        if (at.Epoch != heldEpoch)
            Drop();
        heldEpoch = at.Epoch;
        if (held.TryAdd(at.Offset, message))
            backlog.Add(message);
    }

    /// <summary>Takes what was missed, which follows <see cref="Last"/> unless it was not recovered.</summary>
    public void Apply(ResumedStream answer)
    {
        if (!answer.Recovered)
            Last = null;
        foreach (var message in answer.Messages)
            Accept(message);
        // Without messages the place to go on from is where the answer began: the confirmed position, or the end when all before it is gone.
        Last ??= Parse(answer.Recovered ? answer.Confirmed : answer.Head);
        Release();
    }

    /// <summary>Forgets what waits.</summary>
    public void Drop()
    {
        foreach (var message in held.Values)
            backlog.Remove(message);
        held.Clear();
    }

    public static Position Parse(string text) => Position.TryParse(text, out var position) ? position : throw new InvalidDataException("The server sent no position.");

    private void Accept(Message message)
    {
        var at = Parse(message.Position);
        if (at.Epoch == Last?.Epoch && at.Offset <= Last.Value.Offset)
            return;
        Last = at;
        deliver(message);
    }

    private void Release()
    {
        if (Last is not { } reached)
            return;
        if (heldEpoch != reached.Epoch)
            Drop();
        foreach (var offset in held.Keys.Where(offset => offset <= reached.Offset).ToList())
            Take(offset);
        while (Take(Last.Value.Offset + 1) is { } next)
            Accept(next);
    }

    private Message? Take(long offset)
    {
        if (held.Remove(offset, out var message))
            backlog.Remove(message);
        return message;
    }
}
