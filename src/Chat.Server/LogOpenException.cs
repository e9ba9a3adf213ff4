namespace Chat.Server;

/// <summary>The log cannot be opened; the message tells the operator why and what to do.</summary>
public sealed class LogOpenException(string message, Exception? inner = null) : Exception(message, inner);
