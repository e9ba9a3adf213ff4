namespace Chat.Client;

/// <summary>Where a client stands with its server.</summary>
public enum ConnectionState
{
    /// <summary>There has been no connection yet.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Connected,

    /// <summary>The connection ended, or could not be made. It is tried again.</summary>
    Reconnecting,

    /// <summary>The server does not want this user. It is not tried again.</summary>
    Refused,

    /// <summary>The client was disposed of.</summary>
    Closed,
}
