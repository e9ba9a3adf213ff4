using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw.Socket;

/// <summary>Ends a connection that floods the server with frames that carry nothing: control frames, and fragments of one message.</summary>
internal sealed class FrameLimits(PongConfirmation confirmation, Outbox outbox, RawServices server) : IFrameWatcher
{
    private readonly int maxControlFrames = server.Limits.Value.ControlFramesPerSecond, maxFragments = server.Limits.Value.FragmentsPerMessage;
    private int controlFrames, fragments;
    private long secondBegan;

    public void Pong(long number)
    {
        if (!confirmation.Answered(number))
            ControlFrame();
    }

    public void ControlFrame()
    {
        if (server.Time.GetElapsedTime(secondBegan) > TimeSpan.FromSeconds(1))
            (secondBegan, controlFrames) = (server.Time.GetTimestamp(), 0);
        if (++controlFrames == maxControlFrames + 1 && maxControlFrames > 0)
            outbox.Close(CloseCodes.Abuse, "Too many control frames.");
    }

    public void Fragment(bool isLast)
    {
        fragments = isLast ? 0 : fragments + 1;
        if (fragments == maxFragments + 1 && maxFragments > 0)
            outbox.Close(CloseCodes.Abuse, "Too many fragments.");
    }
}
