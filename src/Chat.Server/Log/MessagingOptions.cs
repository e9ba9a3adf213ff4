using System.ComponentModel.DataAnnotations;
using Chat.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Server.Log;

/// <summary>Settings of message size and retention.</summary>
internal sealed class MessagingOptions
{
    public const string SectionName = "Chat:Messaging";

    /// <summary>Most bytes of a raw frame, and of a content in UTF-8. 64 KiB is twice SignalR's default, and common in other servers.</summary>
    [Range(256, 16 << 20)]
    public int MaxFrameBytes { get; set; } = 64 << 10;

    /// <summary>Most bytes of a message in JSON.</summary>
    public long MaxMessageBytes() => SendRequest.MaxCallBytes(MaxFrameBytes);

    /// <summary>Days for which the log keeps a message; 0 for ever.</summary>
    [Range(0, 36500)]
    public int RetentionDays { get; set; } = 30;

    /// <summary>Messages that a mailbox or room keeps; 0 for all.</summary>
    [Range(0, int.MaxValue)]
    public int RetentionCount { get; set; } = 100_000;
}

[OptionsValidator]
internal sealed partial class MessagingOptionsValidator : IValidateOptions<MessagingOptions>;
