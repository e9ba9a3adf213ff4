using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Topics;

/// <summary>Settings of topics.</summary>
internal sealed class TopicOptions
{
    public const string SectionName = "Chat:Topics";

    /// <summary>The time after a value is sent in which newer ones are conflated; 0 sends each. People cannot read ten values a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ConflationWindow { get; set; } = TimeSpan.FromMilliseconds(100);
}

[OptionsValidator]
internal sealed partial class TopicOptionsValidator : IValidateOptions<TopicOptions>;
