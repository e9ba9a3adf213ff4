namespace Chat.Server.Log;

/// <summary>Makes the log as small as what it holds, while no server uses it.</summary>
internal interface ILogCompactor
{
    /// <summary>Compacts the log. A process that ends halfway leaves the log as it was.</summary>
    /// <exception cref="LogOpenException">The log is missing or in use, cannot be used, or its disk lacks the room.</exception>
    Compaction Compact();
}
