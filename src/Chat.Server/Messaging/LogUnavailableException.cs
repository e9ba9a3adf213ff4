using Chat.Protocol;

namespace Chat.Server.Messaging;

/// <summary>The log cannot take or give anything now; nothing was stored, and the same call may succeed later.</summary>
internal sealed class LogUnavailableException(string text, Exception? inner = null) : ChatException(ChatError.Unavailable, text, inner);
