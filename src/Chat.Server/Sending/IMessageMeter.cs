namespace Chat.Server.Sending;

/// <summary>Counts what happens to messages. Called on the hot path, a few times a batch: must cost next to nothing.</summary>
internal interface IMessageMeter
{
    /// <summary>A message is durable, this long after it was handed to the log.</summary>
    void Appended(TimeSpan latency, bool duplicate);

    /// <summary>A batch was committed.</summary>
    void Committed(int messages);

    /// <summary>Messages of a stream were handed to its readers: each counts as often as there are readers.</summary>
    void Delivered(string stream, int messages, int readers);

    /// <summary>A reader was given what it missed, from the log.</summary>
    void CaughtUp();
}
