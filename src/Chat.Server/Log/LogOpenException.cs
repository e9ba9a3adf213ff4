namespace Chat.Server.Log;

/// <summary>The log cannot be opened; the message tells the operator why and what to do.</summary>
internal sealed class LogOpenException(string message, Exception? inner = null) : Exception(message, inner);
