using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>What a reader is to be given next, of all its streams. Thread-safe: the connection puts in, the reader takes out.</summary>
internal sealed class Inbox
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, OrderedStream> streams = [];
    private readonly Queue<Delivery> ready = new();
    private readonly Backlog backlog = new();
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool behind = true;

    public Inbox(IReadOnlyDictionary<string, string> positions)
    {
        // What a store has that is no position says no more than nothing.
        foreach (var (stream, text) in positions)
            if (Position.TryParse(text, out var position))
                Of(stream).Begin(position);
    }

    /// <summary>Whether the log holds more than this does.</summary>
    public bool IsBehind => behind;

    /// <summary>Whether there is something to take.</summary>
    public bool HasReady => ready.Count > 0;

    public bool TryTake(out Delivery delivery)
    {
        lock (gate)
        {
            if (ready.TryDequeue(out delivery) && delivery.Message is { } message)
                backlog.Remove(message);
            return delivery.Stream is not null;
        }
    }

    /// <summary>Waits until there may be something to take, or to read from the log.</summary>
    public ValueTask<bool> ChangedAsync(CancellationToken cancellationToken) => changes.Reader.ReadAsync(cancellationToken);

    /// <summary>There is a new connection: nobody knows what was missed before it.</summary>
    public void Miss()
    {
        lock (gate)
            behind = true;
        changes.Writer.TryWrite(true);
    }

    /// <summary>Takes a live message.</summary>
    public void Receive(Message message)
    {
        lock (gate)
        {
            if (backlog.IsFull)
                behind = true;
            else
            {
                Of(message.Stream).Receive(message);
                behind |= Of(message.Stream).HasGap;
            }
        }
        changes.Writer.TryWrite(true);
    }

    /// <summary>Returns where each stream stands. What is missed from now on is for another time.</summary>
    public Dictionary<string, string?> BeginCatchUp()
    {
        lock (gate)
        {
            behind = false;
            return streams.Where(stream => stream.Value.Last is not null).ToDictionary(stream => stream.Key, stream => (string?)stream.Value.Last.ToString());
        }
    }

    /// <summary>Takes what was missed in a stream, or a page of its newest messages to begin with instead.</summary>
    public void Apply(ResumedStream answer, IReadOnlyList<Message>? newest = null)
    {
        lock (gate)
        {
            var (stream, before) = (Of(answer.Stream), ready.Count);
            if (!answer.Recovered)
                ready.Enqueue(new Delivery(answer.Stream, null, Reset: new StreamReset(answer.Stream, answer.Reason ?? "")));
            var began = stream.Last is null || !answer.Recovered;
            if (newest is null)
                stream.Apply(answer);
            else if (newest.Count == 0)
                stream.Begin(OrderedStream.Parse(answer.Head));
            else
                stream.Begin(newest);
            // Remembered at once: what other devices confirm meanwhile does not move this one.
            if (began && ready.Count == before + (answer.Recovered ? 0 : 1))
                ready.Enqueue(new Delivery(answer.Stream, stream.Last.ToString()));
            behind |= stream.HasGap || (newest is null ? answer.More : newest.Count > 0);
        }
    }

    /// <summary>Forgets the rooms that the user is not in any more.</summary>
    public void Keep(IEnumerable<string> names)
    {
        lock (gate)
            foreach (var name in streams.Keys.Except(names).ToList())
            {
                streams.Remove(name, out var stream);
                stream!.Drop();
                ready.Enqueue(new Delivery(name, null));
            }
    }

    private OrderedStream Of(string name) => streams.TryGetValue(name, out var stream) ? stream : streams[name] = new OrderedStream(backlog, Deliver);

    private void Deliver(Message message)
    {
        backlog.Add(message);
        ready.Enqueue(new Delivery(message.Stream, message.Position, message));
    }
}

/// <summary>The next thing for the reader.</summary>
/// <param name="Stream">The stream that it is about.</param>
/// <param name="Position">The stream's position after it; null when the stream is forgotten.</param>
/// <param name="Message">The message, if it is one.</param>
/// <param name="Reset">The reset, if it is one.</param>
internal readonly record struct Delivery(string Stream, string? Position, Message? Message = null, StreamReset? Reset = null);
