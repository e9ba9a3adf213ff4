using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Storage;

/// <summary>Settings of the message log's storage.</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "Chat:Storage";

    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>The database file, relative to the content root.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Name the database file, for instance data/chat.db.")]
    public string Path { get; set; } = "data/chat.db";

    public StorageDurability Durability { get; set; } = StorageDurability.Full;

    /// <summary>Streams in memory before idle ones are removed; a removed one is read from its row. A stream costs about 400 bytes. The number is
    /// three times that of connections. Not a setting: only tests change it.</summary>
    internal int KeptIdleStreams { get; set; } = 65_536;

    /// <summary>Longest wait of a message for the writer; then it is refused. People wait about as long for an answer, and a longer queue delays every
    /// answer. A disk that pauses for longer needs more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time for which the writer gathers messages before a commit. Each commit costs some 0.1 ms of processor time and a flush of the
    /// disk, however many messages it holds. A single message after a quiet while is committed at once; 0 commits always at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.1")]
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(3);
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
