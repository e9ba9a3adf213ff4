using Chat.Protocol;

namespace Chat.Server.Messaging;

/// <summary>What the server does to a connection of its own accord.</summary>
internal interface IConnectionControl
{
    /// <summary>Tells the client something about its connection, where its protocol has words for it.</summary>
    Task TellAsync(Notice notice);

    /// <summary>Ends the connection, and tells the client why and whether it may come back. Completes when that is on its way.</summary>
    Task EndAsync(Notice why);
}
