namespace Chat.Server.Log;

/// <summary>Reports the health and the load of the log.</summary>
internal interface ILogHealth
{
    /// <summary>Messages and other changes that wait for the writer.</summary>
    int Waiting { get; }

    /// <summary>The log's backlog. Cheap: every send reads it.</summary>
    LogLoad Load { get; }

    /// <summary>Estimated wait of a new message.</summary>
    TimeSpan Wait { get; }

    /// <summary>Streams in memory: those in use, and some idle ones.</summary>
    int KnownStreams { get; }

    /// <summary>Returns why the log cannot store messages now or soon; null if it can. If the last write failed, it tries to write again.</summary>
    ValueTask<string?> TroubleAsync();
}
