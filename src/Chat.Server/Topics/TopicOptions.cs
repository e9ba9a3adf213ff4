using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Topics;

/// <summary>How live values are sent.</summary>
internal sealed class TopicOptions
{
    public const string SectionName = "Chat:Topics";

    /// <summary>After a value was sent, how long newer ones are held together; 0 sends each. Ten figures a second are more than an eye reads.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ConflationWindow { get; set; } = TimeSpan.FromMilliseconds(100);
}

[OptionsValidator]
internal sealed partial class TopicOptionsValidator : IValidateOptions<TopicOptions>;
