using System.Net;
using Chat.Protocol;

namespace Chat.Server.Delivery;

/// <summary>The state of a connection, and the server's commands to it.</summary>
internal interface IConnectionControl
{
    /// <summary>Time for each of the last two steps: the client reads the notice, then its close. A kicked or banned user stays connected no longer
    /// than both take.</summary>
    static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    /// <summary><c>hub</c> or <c>raw</c>.</summary>
    string Kind { get; }

    /// <summary>The client's address, as reported by a known proxy if there is one; null for a connection without TCP.</summary>
    IPAddress? Address { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    long QueuedBytes { get; }

    /// <summary>Sends the client a notice, if its protocol can express it.</summary>
    Task SendNoticeAsync(Notice notice);

    /// <summary>Ends the connection, and tells the client the reason and whether to reconnect. Completes when the host may abort the
    /// connection: the notice and the close are queued, or their time is over.</summary>
    Task EndAsync(Notice why);

    /// <summary>Ends the connection because the server has failed: without a notice, and so that the client connects again. Returns at once.</summary>
    void Fail();
}
