namespace Chat.Server.Log;

/// <summary>The log's backlog.</summary>
internal enum LogLoad
{
    Normal,

    /// <summary>The server reads less often from connections.</summary>
    Behind,

    /// <summary>The server refuses sends.</summary>
    TooFarBehind,
}
