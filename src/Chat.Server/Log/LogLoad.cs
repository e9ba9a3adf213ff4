namespace Chat.Server.Log;

/// <summary>How far the log is behind what it is asked to store.</summary>
internal enum LogLoad
{
    Normal,

    /// <summary>Connections are read less often.</summary>
    Behind,

    /// <summary>Sends are refused.</summary>
    TooFarBehind,
}
