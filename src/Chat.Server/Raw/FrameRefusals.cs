using System.Text;
using Chat.Protocol;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>Tells a client which of its frames were refused, and ends the connection of one that sends nonsense on and on.</summary>
internal sealed class FrameRefusals(Outbox outbox, RawServices server)
{
    private readonly RefusalWindow window = new(server.Time);

    /// <summary>Refuses a frame that the hub never saw.</summary>
    public void Refuse(ChatError error, string? text = null)
    {
        server.Metrics.Refused(error);
        Answer(error, Encoding.UTF8.GetBytes(server.Protocol.ErrorFrame(error, text ?? error.Text)));
    }

    /// <summary>Passes on why a frame was refused.</summary>
    public void Answer(ChatError error, ReadOnlyMemory<byte> frame)
    {
        if (!outbox.AddNotice(frame))
            outbox.Close(CloseCodes.SlowReader, "This connection read too slowly.");
        else if (window.Add(error))
            outbox.Close(CloseCodes.Abuse, "Too many refused frames.");
    }
}
