using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>The last known state of the log, in a small file beside the database.</summary>
/// <remarks>A database that is behind its mark was restored or rolled back: its next messages would reuse positions that clients hold. The mark is up to
/// a second late, so the server does not notice a smaller loss.</remarks>
/// <param name="LastCommit">Number of the newest durable message or other change.</param>
/// <param name="BootId">Id of the machine's boot; null if the system has none.</param>
/// <param name="Clean">Whether the log was closed in order.</param>
internal sealed record LogMark(string Epoch, long LastCommit, string? BootId, StorageDurability Durability, bool Clean)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public static string? CurrentBootId { get; } = File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : null;

    public static string PathFor(string database) => database + ".mark";

    /// <summary>Reads the mark of a database; null if it is missing or invalid.</summary>
    /// <exception cref="LogOpenException">The mark exists, but cannot be read.</exception>
    public static LogMark? Read(string database)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathFor(database)), LogMarkJson.Default.LogMark);
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogOpenException(
                $"The message log's mark {PathFor(database)} cannot be read: {e.Message} "
                + "Let the server's user read it, or delete it: clients then read the whole log again.", e);
        }
    }

    /// <summary>Writes the mark of a log that is being opened.</summary>
    /// <exception cref="LogOpenException">The mark cannot be written.</exception>
    public void Begin(string database)
    {
        try
        {
            Write(database);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogOpenException(
                $"The message log's mark {PathFor(database)} cannot be written: {e.Message} "
                + "Let the server's user write to its folder, and check the free space there.", e);
        }
    }

    public void Write(string database)
    {
        var path = PathFor(database);
        var next = path + ".new";
        using (var file = File.Create(next))
        {
            JsonSerializer.Serialize(file, this, LogMarkJson.Default.LogMark);
            file.Flush(flushToDisk: true); // otherwise a power cut could leave an empty file under the new name
        }
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Whether the database surely holds every message that had a receipt.</summary>
    public bool Proves(string epoch, long lastNumber) =>
        Epoch == epoch && LastCommit <= lastNumber && (Durability == StorageDurability.Full || Clean || (BootId is not null && BootId == CurrentBootId));
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(LogMark))]
internal sealed partial class LogMarkJson : JsonSerializerContext;
