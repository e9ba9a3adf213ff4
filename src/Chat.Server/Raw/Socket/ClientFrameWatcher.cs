using Chat.Server.Admission;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw.Socket;

/// <summary>Confirms by the client's pongs, and closes a connection that sends too many control frames or fragments.</summary>
/// <remarks>The reader of the connection calls every method.</remarks>
internal sealed class ClientFrameWatcher(RawDelivery delivery, LimitsOptions limits, TimeProvider time) : IFrameWatcher
{
    private readonly int maxControlFrames = limits.ControlFramesPerSecond, maxFragments = limits.FragmentsPerMessage;
    private int controlFrames, fragments;
    private long secondBegan;

    public void Pong(long number)
    {
        if (!delivery.TryAnswer(number))
            ControlFrame();
    }

    public void ControlFrame()
    {
        if (time.GetElapsedTime(secondBegan) > TimeSpan.FromSeconds(1))
            (secondBegan, controlFrames) = (time.GetTimestamp(), 0);
        if (++controlFrames == maxControlFrames + 1 && maxControlFrames > 0)
            delivery.Close(CloseCodes.Abuse, $"More than {maxControlFrames} control frames in a second.");
    }

    public void Fragment(bool isLast)
    {
        fragments = isLast ? 0 : fragments + 1;
        if (fragments == maxFragments + 1 && maxFragments > 0)
            delivery.Close(CloseCodes.Abuse, $"More than {maxFragments} fragments in one message.");
    }
}
