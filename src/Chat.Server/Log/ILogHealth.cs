namespace Chat.Server.Log;

/// <summary>Whether the log does its work.</summary>
internal interface ILogHealth
{
    /// <summary>Drafts and other changes that wait to be written.</summary>
    int Waiting { get; }

    /// <summary>How far the log is behind. Cheap: asked for each send.</summary>
    LogLoad Load { get; }

    /// <summary>How long a message that came now would wait, as estimated.</summary>
    TimeSpan Wait { get; }

    /// <summary>Streams that memory knows: those in use, and some that nobody asks for.</summary>
    int KnownStreams { get; }

    /// <summary>Why nothing can be stored now, or soon; null when all is well. While the log cannot write it is tried again.</summary>
    ValueTask<string?> TroubleAsync();
}
