namespace Chat.Server.Messaging;

/// <summary>A feature of connections that deliver their user's mailbox by themselves, from the log and live.</summary>
internal interface ICatchUp
{
    /// <summary>The connection is in its user's group: from now on it hears of every message that is committed, and can read what came before.</summary>
    void Begin();
}
