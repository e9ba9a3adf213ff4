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
