using System.ComponentModel.DataAnnotations;
using Chat.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Server.Log;

/// <summary>What a message may be, and how long it is kept.</summary>
internal sealed class MessagingOptions
{
    public const string SectionName = "Chat:Messaging";

    /// <summary>Most bytes of a raw frame, and of a content in UTF-8. 64 KiB is twice SignalR's default, and what peers allow.</summary>
    [Range(256, 16 << 20)]
    public int MaxFrameBytes { get; set; } = 64 << 10;

    /// <summary>Most bytes of a message in JSON.</summary>
    public long MaxMessageBytes() => SendRequest.MaxCallBytes(MaxFrameBytes);

    /// <summary>Days that a message is kept; 0 keeps it for ever.</summary>
    [Range(0, 36500)]
    public int RetentionDays { get; set; } = 30;

    /// <summary>Messages that a mailbox keeps; 0 keeps them all.</summary>
    [Range(0, int.MaxValue)]
    public int RetentionCount { get; set; } = 100_000;
}

[OptionsValidator]
internal sealed partial class MessagingOptionsValidator : IValidateOptions<MessagingOptions>;
