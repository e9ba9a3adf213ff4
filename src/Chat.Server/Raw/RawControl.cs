using System.Net;
using System.Net.WebSockets;
using System.Text;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>Tells raw connections what old pages have words for, and ends them by a close code.</summary>
internal sealed class RawControl(IPAddress? address, WebSocket socket, Outbox outbox, RawServices server) : IConnectionControl
{
    // As long as the hub has for it. It also bounds how long who may not stay can stay.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    public string Kind => "raw";

    public IPAddress? Address => address;

    public long QueuedBytes => outbox.QueuedBytes;

    // Of what a notice says, old pages know these; a token that expires they cannot renew.
    public Task TellAsync(Notice notice)
    {
        if (notice.RetryAfter is not null)
            outbox.AddNotice(Encoding.UTF8.GetBytes(server.Protocol.NoticeFrame(notice)));
        return Task.CompletedTask;
    }

    public async Task EndAsync(Notice why)
    {
        await TellAsync(why);
        outbox.Close(CloseCodes.Of(why), why.Text);
        if (why.RetryAfter is null)
            _ = CutAsync();
    }

    public void Fail()
    {
        outbox.Close(CloseCodes.InternalError, "The server failed.");
        _ = CutAsync();
    }

    // Neither is it waited for until it has read what is queued, nor until it answers the close.
    private async Task CutAsync()
    {
        await Task.Delay(FarewellTime, server.Time);
        socket.Abort();
    }
}
