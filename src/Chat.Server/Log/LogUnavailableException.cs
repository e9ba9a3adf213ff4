using Chat.Protocol;

namespace Chat.Server.Log;

/// <summary>The log cannot be written or read now. Nothing was stored; the same call may succeed later.</summary>
internal sealed class LogUnavailableException(string text, Exception? inner = null) : ChatException(ChatError.Unavailable, text, inner)
{
    /// <summary>The text of every refusal after the log has failed.</summary>
    public const string Failed = "The message log failed. The server stops.";

    /// <summary>The text of a refusal that comes from load alone.</summary>
    public const string TooFarBehind = "The message log is too far behind. Nothing was stored.";
}
