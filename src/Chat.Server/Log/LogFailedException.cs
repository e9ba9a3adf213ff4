namespace Chat.Server.Log;

/// <summary>The log failed during the call: it is unknown whether the change is stored. No border may answer it as <c>unavailable</c>, which says that
/// nothing was stored: connections and requests end without an answer.</summary>
internal sealed class LogFailedException(Exception reason)
    : IOException($"The message log failed: {reason.Message} It is unknown whether the change was stored.", reason);
