using System.Text.RegularExpressions;
using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Log;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Copies the log's file to the folder <c>backups</c> beside it, one copy at a time.</summary>
/// <remarks>VACUUM INTO reads one snapshot on its own connection, so that commits neither wait nor restart the copy. Meanwhile SQLite cannot reuse the
/// write-ahead log: that file grows by all commits, and the first checkpoint afterwards copies them.</remarks>
internal sealed partial class LogBackup : IDisposable
{
    private const string TemporarySuffix = ".part";
    private const string TimeFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    // The write-ahead log may grow by half of it; the other half stays free, so that the server stays ready.
    private const long SpareBytes = 2 * SqliteFile.LeastFreeBytes;

    private readonly SqliteFile file;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string folder;
    private readonly Lock gate = new();
    private volatile BackupAnswer newest = new(BackupState.None);
    private Task running = Task.CompletedTask;
    private volatile bool stopping;

    public LogBackup(SqliteFile file, TimeProvider time, ILogger logger)
    {
        (this.file, this.time, this.logger) = (file, time, logger);
        folder = Path.Combine(Path.GetDirectoryName(file.Path)!, "backups");
        DeleteLeftovers();
    }

    public bool IsRunning => newest.State == BackupState.Running;

    public BackupAnswer Newest
    {
        get
        {
            var known = newest;
            return known.State == BackupState.Running ? known with { BytesDone = BytesOf(known) } : known;
        }
    }

    /// <inheritdoc cref="IBackupLog.TryStartBackup"/>
    public bool TryStart()
    {
        lock (gate)
        {
            if (stopping)
                throw new LogUnavailableException("The server is stopping.");
            if (IsRunning)
                return false;
            SqliteSession? session = null;
            try
            {
                CreateFolder();
                session = file.OpenCopier();
                var bytes = RequireSpace(session);
                var now = time.GetUtcNow();
                var begun = new BackupAnswer(BackupState.Running, NameAt(now), 0, bytes, now);
                PrivateFiles.Create(PathOf(begun) + TemporarySuffix);
                newest = begun;
                var source = session;
                running = Task.Factory.StartNew(() => Copy(begun, source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
            {
                session?.Dispose();
                throw new LogUnavailableException($"A backup cannot start in {folder}: {e.Message}", e);
            }
            catch
            {
                session?.Dispose();
                throw;
            }
        }
    }

    /// <summary>Stops the running backup, and deletes its file.</summary>
    public void Dispose()
    {
        lock (gate)
            stopping = true;
        running.Wait();
    }

    private void Copy(BackupAnswer begun, SqliteSession session)
    {
        var (path, temporary) = (PathOf(begun), PathOf(begun) + TemporarySuffix);
        LogBegun(logger, path, begun.BytesEstimated);
        try
        {
            using (session)
            {
                session.InterruptWhen(() => stopping);
                session.Prepare("VACUUM INTO ?").Bind(1, temporary).Run();
            }
            DurableFile.Publish(temporary, path);
            var bytes = SizeOf(path);
            newest = begun with { State = BackupState.Done, BytesDone = bytes, BytesEstimated = bytes, FinishedAt = time.GetUtcNow() };
            LogDone(logger, path, bytes);
        }
        catch (Exception e)
        {
            var reason = stopping ? "The server was stopped." : e.Message;
            var bytes = SizeOf(temporary);
            DeleteLeftovers();
            newest = begun with { State = BackupState.Failed, BytesDone = bytes, FinishedAt = time.GetUtcNow(), Error = reason };
            LogFailed(logger, path, reason);
        }
    }

    /// <returns>The size of the copy: the bytes of the pages in use.</returns>
    private long RequireSpace(SqliteSession session)
    {
        var bytes = session.QueryInt64(SqliteFile.UsedBytesQuery);
        var needed = bytes + SpareBytes;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < needed)
            throw new LogUnavailableException(
                $"A backup needs {ByteText.Of(needed)} of free space in {folder}; its disk has {ByteText.Of(free)}. "
                + "Free some space, or mount another disk there.");
        // The write-ahead log grows meanwhile, perhaps on another disk.
        return file.FreeBytes is var beside && beside >= SpareBytes ? bytes : throw new LogUnavailableException(
            $"A backup needs {ByteText.Of(SpareBytes)} of free space beside the message log; its disk has {ByteText.Of(beside)}. Free some space.");
    }

    private void CreateFolder()
    {
        if (!Directory.Exists(folder) && (File.Exists(folder) || new FileInfo(folder).LinkTarget is not null))
            throw new IOException("It is not a folder, or is a link to a missing folder.");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void DeleteLeftovers()
    {
        try
        {
            foreach (var leftover in Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(IsLeftover).ToList() : [])
                File.Delete(leftover);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogLeftover(logger, folder, e.Message);
        }
    }

    // Matches only files of this log: several logs may share the folder.
    private bool IsLeftover(string path) => Regex.IsMatch(
        Path.GetFileName(path),
        $@"^{Regex.Escape(BaseName)}-\d{{8}}T\d{{9}}Z{Regex.Escape(Path.GetExtension(file.Path))}{Regex.Escape(TemporarySuffix)}(-journal)?$");

    private string BaseName => Path.GetFileNameWithoutExtension(file.Path);

    private string NameAt(DateTimeOffset now) => BaseName + "-" + now.UtcDateTime.ToString(TimeFormat, null) + Path.GetExtension(file.Path);

    private string PathOf(BackupAnswer backup) => Path.Combine(folder, backup.File!);

    // The file has its final name shortly before the backup is done.
    private long BytesOf(BackupAnswer backup) => SizeOf(PathOf(backup) + TemporarySuffix) is > 0 and var bytes ? bytes : SizeOf(PathOf(backup));

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    [LoggerMessage(40, LogLevel.Information, "Backup {Path} started; estimated size: {Bytes} bytes.")]
    private static partial void LogBegun(ILogger logger, string path, long bytes);

    [LoggerMessage(41, LogLevel.Information, "Backup {Path} finished: {Bytes} bytes.")]
    private static partial void LogDone(ILogger logger, string path, long bytes);

    [LoggerMessage(42, LogLevel.Warning, "Backup {Path} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string path, string reason);

    [LoggerMessage(43, LogLevel.Warning, "Unfinished backups in {Folder} cannot be deleted: {Reason}")]
    private static partial void LogLeftover(ILogger logger, string folder, string reason);
}
