using System.Text;
using Chat.Protocol;
using Chat.Server.Operations;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>Sends error frames for refused frames, and closes a connection that has too many of them.</summary>
internal sealed class FrameRefusals(RawDelivery delivery, ColonHubProtocol protocol, ChatMetrics metrics, TimeProvider time)
{
    private readonly RefusalWindow window = new(time);

    /// <summary>Refuses a frame that was not passed to the hub.</summary>
    public void Refuse(ChatError error, string? text = null)
    {
        metrics.CountRefusal(error);
        Answer(error, text ?? error.Text);
    }

    /// <summary>Sends an error frame for a frame that the hub refused and counted.</summary>
    public void Answer(ChatError error, string text)
    {
        if (!delivery.TryAddServerFrame(Encoding.UTF8.GetBytes(protocol.ErrorFrame(error, text))))
            delivery.Close(CloseCodes.SlowClient, CloseCodes.SlowClientReason);
        else if (window.Add(error))
            delivery.Close(CloseCodes.Abuse, "Too many refused frames.");
    }
}
