using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>What a user has missed, stream by stream.</summary>
/// <param name="User">The caller's user id.</param>
/// <param name="Streams">The caller's streams; at most 500 messages and 512 KiB in all, but at least one message.</param>
public sealed record ResumeAnswer(string User, IReadOnlyList<ResumedStream> Streams);

/// <summary>What was missed in one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Recovered">True when <paramref name="Messages"/> follow the position that was asked for without a hole. When false they
/// start at the oldest kept message, and the client drops what it holds of the stream.</param>
/// <param name="Messages">Oldest first.</param>
/// <param name="Head">Position of the newest message in the stream.</param>
/// <param name="Confirmed">The user's confirmed position.</param>
/// <param name="More">True when the answer was cut: call again with the position of the last message.</param>
/// <param name="Reason"><c>epoch_changed</c> or <c>trimmed</c> when not recovered.</param>
public sealed record ResumedStream(
    string Stream,
    bool Recovered,
    IReadOnlyList<Message> Messages,
    string Head,
    string Confirmed,
    bool More,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null)
{
    /// <summary>The position belongs to another life of the log, or lies beyond the head.</summary>
    public const string EpochChanged = "epoch_changed";

    /// <summary>Retention removed messages after the position.</summary>
    public const string Trimmed = "trimmed";
}
