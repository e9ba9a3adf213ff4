using System.Net;
using Chat.Protocol;

namespace Chat.Server.Delivery;

/// <summary>What the server knows of a connection, and does to it of its own accord.</summary>
internal interface IConnectionControl
{
    /// <summary><c>hub</c> or <c>raw</c>.</summary>
    string Kind { get; }

    /// <summary>The client's address, as a known proxy says; null where it did not come by TCP.</summary>
    IPAddress? Address { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    long QueuedBytes { get; }

    /// <summary>Tells the client something about its connection, where its protocol has words for it.</summary>
    Task TellAsync(Notice notice);

    /// <summary>Ends the connection, and tells the client why and whether it may come back. Completes when there is
    /// nothing left that a server which stops could cut off, or the client has had a moment to go.</summary>
    Task EndAsync(Notice why);

    /// <summary>Ends the connection because the server has failed: without a notice, and so that the client connects again. Returns at once.</summary>
    void Fail();
}
