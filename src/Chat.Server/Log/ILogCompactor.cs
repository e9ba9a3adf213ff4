namespace Chat.Server.Log;

/// <summary>Removes the unused space of the log's file while no server uses it.</summary>
internal interface ILogCompactor
{
    /// <summary>Compacts the log. If the process is killed meanwhile, the log stays as it was.</summary>
    /// <exception cref="LogOpenException">The log is missing, in use or unusable, or free space is too low.</exception>
    Compaction Compact();
}
