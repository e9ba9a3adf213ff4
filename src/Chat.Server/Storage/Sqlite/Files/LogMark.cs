using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>What the log last knew of itself, kept in a small file beside the database.</summary>
/// <remarks>A database that is behind its mark was restored or rolled back: clients hold positions that its next messages would use
/// again for others. The mark lags by up to a second, so a file that lost less than that is not seen.</remarks>
/// <param name="LastCommit">Number of the newest message, or other change, that was durable.</param>
/// <param name="BootId">The machine's boot; null where the system does not tell.</param>
/// <param name="Clean">Whether the log was closed in order.</param>
internal sealed record LogMark(string Epoch, long LastCommit, string? BootId, StorageDurability Durability, bool Clean)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public static string? CurrentBootId { get; } = File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : null;

    public static string PathFor(string database) => database + ".mark";

    /// <summary>The mark of a database, or null when there is none or it holds nothing that could be a mark.</summary>
    /// <exception cref="LogOpenException">There is one that nobody lets us read.</exception>
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
                + "Let the server's user read it, or delete it: clients then read the log anew.", e);
        }
    }

    /// <summary>Writes the mark of a log that is being opened.</summary>
    /// <exception cref="LogOpenException">It cannot be written.</exception>
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
                + "Let the server's user write to its folder, where there must be room.", e);
        }
    }

    public void Write(string database)
    {
        var path = PathFor(database);
        var next = path + ".new";
        using (var file = File.Create(next))
        {
            JsonSerializer.Serialize(file, this, LogMarkJson.Default.LogMark);
            file.Flush(flushToDisk: true); // or a power cut could leave the new name on an empty file
        }
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Whether the database can be trusted to hold everything that this mark's life of it gave receipts for.</summary>
    public bool Vouches(string epoch, long lastNumber) =>
        Epoch == epoch && LastCommit <= lastNumber && (Durability == StorageDurability.Full || Clean || (BootId is not null && BootId == CurrentBootId));
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(LogMark))]
internal sealed partial class LogMarkJson : JsonSerializerContext;
