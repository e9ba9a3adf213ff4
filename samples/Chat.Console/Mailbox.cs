using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Puts the user's mailbox in order: each message is delivered once, by offset, whether it came live or in an answer. Thread-safe.</summary>
/// <param name="deliver">Takes the next message and the position after it; never called twice at a time.</param>
internal sealed class Mailbox(Action<Message, Position> deliver)
{
    // More than this is not kept while a gap is open: the log has it, and the next answer brings it.
    private const int MaxHeld = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<long, Message> held = [];
    private string heldEpoch = "";
    private Position? last;

    /// <summary>The position after the last delivered message; null until it has begun: until then live messages wait.</summary>
    public Position? Position
    {
        get
        {
            lock (gate)
                return last;
        }
    }

    /// <summary>Begins after what was delivered before, in an earlier run.</summary>
    public void Begin(Position delivered)
    {
        lock (gate)
        {
            last = delivered;
            Release();
        }
    }

    /// <summary>Begins with a page of the newest messages.</summary>
    public void Begin(IReadOnlyList<Message> newest)
    {
        lock (gate)
        {
            foreach (var message in newest)
                Accept(message);
            Release();
        }
    }

    /// <summary>Takes a live message; true when something before it is missing, so that the caller must resume.</summary>
    public bool Receive(Message message)
    {
        lock (gate)
        {
            var at = PositionOf(message);
            if (at.Epoch == last?.Epoch && at.Offset <= last.Value.Offset + 1)
            {
                Accept(message);
                Release();
                return held.Count > 0;
            }
            if (at.Epoch != heldEpoch)
                held.Clear();
            heldEpoch = at.Epoch;
            if (held.Count < MaxHeld)
                held[at.Offset] = message;
            return true;
        }
    }

    /// <summary>Takes an answer of <see cref="IChatHub.Resume"/>; true when the caller must resume again.</summary>
    public bool Apply(ResumedStream answer)
    {
        lock (gate)
        {
            if (!answer.Recovered)
                last = null;
            foreach (var message in answer.Messages)
                Accept(message);
            // Without messages the place to go on from is where the answer began: the confirmed position, or the end when all before it is gone.
            last ??= Parse(answer.Recovered ? answer.Confirmed : answer.Head);
            Release();
            return answer.More || held.Count > 0;
        }
    }

    private void Accept(Message message)
    {
        var at = PositionOf(message);
        if (at.Epoch == last?.Epoch && at.Offset <= last.Value.Offset)
            return;
        last = at;
        deliver(message, at);
    }

    private void Release()
    {
        if (last is not { } reached)
            return;
        if (heldEpoch != reached.Epoch)
            held.Clear();
        foreach (var offset in held.Keys.Where(offset => offset <= reached.Offset).ToList())
            held.Remove(offset);
        while (held.Remove(last.Value.Offset + 1, out var next))
            Accept(next);
    }

    private static Position PositionOf(Message message) => Parse(message.Position);

    private static Position Parse(string text) => Protocol.Position.TryParse(text, out var position) ? position : throw new InvalidDataException("The server sent no position.");
}
