using System.Net;
using System.Net.WebSockets;
using System.Text;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>Sends notices to a raw connection, as far as the colon protocol has them, and ends it with a close code.</summary>
internal sealed class RawControl(IPAddress? address, WebSocket socket, RawDelivery delivery, ColonHubProtocol protocol, TimeProvider time) : IConnectionControl
{
    public string Kind => "raw";

    public IPAddress? Address => address;

    public long QueuedBytes => delivery.QueuedBytes;

    // Old pages know only the notices with a time to retry. They cannot renew a token that expires.
    public Task SendNoticeAsync(Notice notice)
    {
        if (notice.RetryAfter is not null)
            delivery.TryAddServerFrame(Encoding.UTF8.GetBytes(protocol.NoticeFrame(notice)));
        return Task.CompletedTask;
    }

    public async Task EndAsync(Notice why)
    {
        await SendNoticeAsync(why);
        delivery.Close(CloseCodes.Of(why), why.Text);
        if (why.RetryAfter is null)
            _ = CutAsync();
    }

    public void Fail()
    {
        delivery.Close(CloseCodes.InternalError, CloseCodes.InternalErrorReason);
        _ = CutAsync();
    }

    // A client that reads its queue slowly, or does not answer the close, gets no more time.
    private async Task CutAsync()
    {
        await Task.Delay(IConnectionControl.FarewellTime, time);
        socket.Abort();
    }
}
