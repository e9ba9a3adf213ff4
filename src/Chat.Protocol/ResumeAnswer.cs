using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>The missed messages of a user, by stream.</summary>
/// <param name="User">The caller's user id.</param>
/// <param name="Streams">The mailbox and then the rooms: at most 500 messages and 512 KiB in total, but at least one message if any was missed.</param>
public sealed record ResumeAnswer(string User, IReadOnlyList<ResumedStream> Streams);

/// <summary>The missed messages of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Recovered">Whether <paramref name="Messages"/> follow the requested position without a gap. If not, they begin with the
/// oldest kept message, and the client drops what it holds of the stream.</param>
/// <param name="Messages">The messages, oldest first.</param>
/// <param name="Head">Position of the newest message in the stream.</param>
/// <param name="Confirmed">The user's confirmed position.</param>
/// <param name="More">Whether there are more messages: call again with the position of the last one.</param>
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
    /// <summary>The position has another epoch, or lies beyond the head.</summary>
    public const string EpochChanged = "epoch_changed";

    /// <summary>Retention removed messages after the position.</summary>
    public const string Trimmed = "trimmed";
}
