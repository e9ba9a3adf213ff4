using System.Text.RegularExpressions;
using Chat.Protocol;
using Chat.Server.Configuration;
using Chat.Server.Log;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Copies the log's file to the folder <c>backups</c> beside it, one copy at a time.</summary>
/// <remarks>VACUUM INTO reads one snapshot on a connection of its own: commits go on, and none of them starts the copy anew. While it runs, SQLite cannot
/// begin the write-ahead log again: that file grows by everything that is committed meanwhile, and the first checkpoint afterwards has as much to do.</remarks>
internal sealed partial class LogBackup : IDisposable
{
    private const string TemporarySuffix = ".part";
    private const string TimeFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    // Two times the room with which the server calls itself ready: one that stays free, and one for the write-ahead log.
    private const long SpareBytes = 2 * SqliteMessageLog.LeastFreeBytes;

    // SQLite asks whether to stop each time it has run so many of its instructions: many times a second.
    private const int InstructionsBetweenLooks = 1000;

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
            SqliteConnection? connection = null;
            try
            {
                CreateFolder();
                connection = file.OpenCopier();
                var bytes = RequireRoom(connection);
                var now = time.GetUtcNow();
                var begun = new BackupAnswer(BackupState.Running, NameAt(now), 0, bytes, now);
                PrivateFiles.Create(PathOf(begun) + TemporarySuffix);
                newest = begun;
                var source = connection;
                running = Task.Factory.StartNew(() => Copy(begun, source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
            {
                connection?.Dispose();
                throw new LogUnavailableException($"A backup cannot begin in {folder}: {e.Message}", e);
            }
            catch
            {
                connection?.Dispose();
                throw;
            }
        }
    }

    /// <summary>Stops the backup that runs, and removes what it has written.</summary>
    public void Dispose()
    {
        lock (gate)
            stopping = true;
        running.Wait();
    }

    private void Copy(BackupAnswer begun, SqliteConnection connection)
    {
        var (path, temporary) = (PathOf(begun), PathOf(begun) + TemporarySuffix);
        LogBegun(logger, path, begun.BytesEstimated);
        try
        {
            using (connection)
            {
                raw.sqlite3_progress_handler(connection.Handle!, InstructionsBetweenLooks, static backup => ((LogBackup)backup).stopping ? 1 : 0, this);
                using var copy = new Statement(connection, "VACUUM INTO ?");
                copy.Bind(1, temporary).Run();
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

    /// <returns>Bytes of the pages that hold something, which is what the copy will have.</returns>
    private long RequireRoom(SqliteConnection connection)
    {
        using var pages = new Statement(connection, SqliteFile.UsedBytesQuery);
        pages.Step();
        var needed = pages.Int64(0) + SpareBytes;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < needed)
            throw new LogUnavailableException(
                $"A backup needs {ByteText.Of(needed)} of room in {folder}; its disk has {ByteText.Of(free)}. Make room, or mount another disk there.");
        // The write-ahead log grows meanwhile, and may be on another disk.
        return file.FreeBytes is var beside && beside >= SpareBytes ? pages.Int64(0) : throw new LogUnavailableException(
            $"A backup needs {ByteText.Of(SpareBytes)} of room beside the message log; its disk has {ByteText.Of(beside)}.");
    }

    private void CreateFolder()
    {
        if (!Directory.Exists(folder) && (File.Exists(folder) || new FileInfo(folder).LinkTarget is not null))
            throw new IOException("It is no folder, or a link that leads to none.");
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

    // No other file: several logs may share the folder.
    private bool IsLeftover(string path) => Regex.IsMatch(
        Path.GetFileName(path), $@"^{Regex.Escape(BaseName)}-\d{{8}}T\d{{9}}Z{Regex.Escape(Path.GetExtension(file.Path))}{Regex.Escape(TemporarySuffix)}(-journal)?$");

    private string BaseName => Path.GetFileNameWithoutExtension(file.Path);

    private string NameAt(DateTimeOffset now) => BaseName + "-" + now.UtcDateTime.ToString(TimeFormat, null) + Path.GetExtension(file.Path);

    private string PathOf(BackupAnswer backup) => Path.Combine(folder, backup.File!);

    // At the end the file gets its own name, before the copy is done.
    private long BytesOf(BackupAnswer backup) => SizeOf(PathOf(backup) + TemporarySuffix) is > 0 and var bytes ? bytes : SizeOf(PathOf(backup));

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    [LoggerMessage(40, LogLevel.Information, "The backup {Path} has begun; it will have about {Bytes} bytes.")]
    private static partial void LogBegun(ILogger logger, string path, long bytes);

    [LoggerMessage(41, LogLevel.Information, "The backup {Path} is done: {Bytes} bytes.")]
    private static partial void LogDone(ILogger logger, string path, long bytes);

    [LoggerMessage(42, LogLevel.Warning, "The backup {Path} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string path, string reason);

    [LoggerMessage(43, LogLevel.Warning, "Unfinished backups in {Folder} cannot be removed: {Reason}")]
    private static partial void LogLeftover(ILogger logger, string folder, string reason);
}
