using Chat.Protocol;
using Chat.Server.Hubs.Output;
using Chat.Server.Log;
using Chat.Server.Raw.Socket;

namespace Chat.Server.Raw;

/// <summary>Reads the frames of a raw client, and passes each to the hub or refuses it.</summary>
internal sealed class FrameIntake(
    FrameReader frames, RawAdmission admission, FrameRefusals refusals, FrameOutcomes outcomes, SendPace pace, ILogHealth health)
{
    /// <summary>Reads until a frame ends the connection, and returns its kind: never <see cref="FrameKind.Text"/>.</summary>
    public async Task<FrameKind> RunAsync()
    {
        while (true)
        {
            // While the log is behind, a client whose frames have all been read is read again only after a pause.
            var kind = await PacedInput.Pace(frames.ReadAsync(), health, TimeProvider.System);
            if (kind != FrameKind.Text)
                return kind;
            await TakeAsync(frames.Frame);
        }
    }

    private ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!ColonFrame.TryParse(bytes.Span, out var frame))
        {
            refusals.Refuse(ChatError.BadFrame);
            return ValueTask.CompletedTask;
        }
        if (!admission.Admits(frame) || IsRegistrationOnly(frame))
            return ValueTask.CompletedTask;
        if (frame.Content.IsEmpty || health.Load != LogLoad.TooFarBehind)
            return PassAsync(bytes);
        // Refused here, because the way through the hub would cost more than the reading.
        refusals.Refuse(ChatError.Unavailable, LogUnavailableException.TooFarBehind);
        outcomes.AddUnstored();
        return ValueTask.CompletedTask;
    }

    // A frame without content is for the hub only if it joins a room or subscribes to a topic.
    private static bool IsRegistrationOnly(ColonFrame frame) => frame.Content.IsEmpty && !frame.IsToRoomOrTopic;

    private async ValueTask PassAsync(ReadOnlyMemory<byte> frame)
    {
        var registration = admission.Registration!;
        if (await pace.EnterAsync(registration.User))
        {
            outcomes.Add();
            await registration.WriteAsync(frame);
        }
        else
            refusals.Refuse(ChatError.RateLimited);
    }
}
