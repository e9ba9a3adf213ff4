namespace Chat.Server.Raw.Delivery;

/// <content>The methods that the sender calls.</content>
internal sealed partial class RawDelivery
{
    /// <summary>Takes the next item. If there is none, returns false and a task that completes when there is one.</summary>
    public bool TryTake(out Outgoing next, out ValueTask added)
    {
        lock (gate)
            return queue.TryTake(out next, out added);
    }

    /// <summary>Marks a queued frame as sent, or as dropped if its stream has ended. Returns the ping to send behind it, or 0.</summary>
    public long MarkSent(in Outgoing frame)
    {
        var now = Now;
        lock (gate)
        {
            queue.Release(frame.Frame.Length);
            if (frame.Subject is StreamCursor stream)
            {
                stream.Waiting--;
                // Sent copies behind the last waiting frame go with it.
                if (!stream.HasEnded)
                    Apply(confirmation.Sent(stream, stream.Waiting == 0 ? stream.Queued : frame.Number, now));
            }
            return queue.TakePing();
        }
    }

    /// <summary>Marks a message from the log as sent. Returns the ping to send behind it, or 0.</summary>
    public long MarkSent(StreamCursor stream, long offset)
    {
        var now = Now;
        lock (gate)
        {
            stream.Queued = offset;
            Apply(confirmation.Sent(stream, offset, now));
            return queue.TakePing();
        }
    }

    /// <summary>Moves a stream that is read from the log over offsets that need no frame.</summary>
    public void Pass(StreamCursor stream, long offset)
    {
        lock (gate)
        {
            stream.Queued = offset;
            Apply(confirmation.Passed(stream, offset));
        }
    }

    /// <summary>Makes a stream live if it has reached the newest announced offset.</summary>
    public bool TryGoLive(StreamCursor stream)
    {
        lock (gate)
        {
            stream.IsBehind = stream.Newest > stream.Queued;
            return !stream.IsBehind;
        }
    }

    /// <summary>Returns the last ping, to be sent before the close; 0 if everything is confirmed.</summary>
    public long EndConfirmation()
    {
        lock (gate)
        {
            Apply(confirmation.Close());
            return queue.TakePing();
        }
    }
}
