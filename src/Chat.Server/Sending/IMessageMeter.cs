namespace Chat.Server.Sending;

/// <summary>Counts what happens to messages. Called on the hot path: must cost next to nothing.</summary>
internal interface IMessageMeter
{
    /// <summary>Counts a durable message.</summary>
    /// <param name="latency">Time from queueing the message to the start of its delivery.</param>
    /// <param name="duplicate">Whether the log already held it.</param>
    void CountAppend(TimeSpan latency, bool duplicate);

    /// <summary>Counts a commit.</summary>
    void CountCommit(int messages);

    /// <summary>Counts messages of a stream, once for each connection that they are sent to.</summary>
    void CountDelivery(string stream, int messages, int subscribers);

    /// <summary>Counts a client that was sent missed messages from the log.</summary>
    void CountCatchUp();
}
