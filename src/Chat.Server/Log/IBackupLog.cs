using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Copies the log to a file while the log is in use. Safe for concurrent callers.</summary>
internal interface IBackupLog
{
    /// <summary>The current state of the newest backup since the start.</summary>
    BackupAnswer NewestBackup { get; }

    /// <summary>Starts a backup of everything that is durable before this call.</summary>
    /// <returns>False if a backup is running, which may hold less.</returns>
    /// <exception cref="LogUnavailableException">Free space is too low, the folder cannot be written, or the server is stopping.</exception>
    bool TryStartBackup();
}
