namespace Chat.Server.Log;

/// <summary>The log cannot be opened. The text names the reason and the remedy for the operator.</summary>
internal sealed class LogOpenException(string message, Exception? inner = null) : Exception(message, inner);
