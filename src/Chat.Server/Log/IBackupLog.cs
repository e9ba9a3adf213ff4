using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>Copies the log to a file beside it while the log is in use. Safe for concurrent callers.</summary>
internal interface IBackupLog
{
    /// <summary>The newest backup since the start, as it is now.</summary>
    BackupAnswer NewestBackup { get; }

    /// <summary>Begins a backup that will hold everything that was durable before this call.</summary>
    /// <returns>False while one is running, which may hold less.</returns>
    /// <exception cref="LogUnavailableException">The disk lacks the room, the folder cannot be written, or the server is stopping.</exception>
    bool TryStartBackup();
}
