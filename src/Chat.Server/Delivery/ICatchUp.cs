namespace Chat.Server.Delivery;

/// <summary>A feature of connections that deliver their user's streams by themselves, from the log and live.</summary>
internal interface ICatchUp
{
    /// <summary>The connection is in the stream's group: from now on it hears of every message that is committed, and reads what came before
    /// from the log, beginning after an offset.</summary>
    void Begin(string stream, long after);

    /// <summary>The stream is not the user's any more: nothing of it is delivered from now on.</summary>
    void End(string stream);
}
