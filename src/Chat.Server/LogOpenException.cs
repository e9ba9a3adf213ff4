namespace Chat.Server;

/// <summary>The log cannot be opened. The text names the reason and the remedy for the operator.</summary>
public sealed class LogOpenException(string message, Exception? inner = null) : Exception(message, inner);
