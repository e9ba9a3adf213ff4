using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Storage;

/// <summary>Where messages are kept.</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "Chat:Storage";

    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>The database file, relative to the content root.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Name the database file, for instance data/chat.db.")]
    public string Path { get; set; } = "data/chat.db";

    public StorageDurability Durability { get; set; } = StorageDurability.Full;

    /// <summary>Streams that memory knows before it forgets those that nobody asks for. One costs some 400 bytes, and is read again from its row
    /// when it is asked for: three times as many as may be connected. No setting: nobody needs another.</summary>
    internal int KeptIdleStreams { get; set; } = 65_536;

    /// <summary>How long a message may wait for the writer before it is refused. People wait for an answer as long; a longer queue only makes every
    /// answer late. A disk that pauses for longer needs more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(2);
}

internal enum StorageProvider
{
    Sqlite,
}

internal enum StorageDurability
{
    /// <summary>A receipt means that the message survives a power cut.</summary>
    Full,

    /// <summary>A receipt means that the message survives a killed process.</summary>
    Relaxed,
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
