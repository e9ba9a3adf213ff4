namespace Chat.Client;

/// <summary>The state of a client's connection.</summary>
public enum ConnectionState
{
    /// <summary>The client has not connected yet.</summary>
    Connecting,

    /// <summary>The client is connected.</summary>
    Connected,

    /// <summary>The connection ended or failed, and the client tries again.</summary>
    Reconnecting,

    /// <summary>The server refuses the user, and the client does not try again.</summary>
    Refused,

    /// <summary>The client was disposed of.</summary>
    Closed,
}
