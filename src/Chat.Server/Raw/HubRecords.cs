using Chat.Protocol;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>Takes the records that the hub writes to a raw connection: messages, and the outcome of each frame.</summary>
internal sealed class HubRecords(RawDelivery delivery, FrameRefusals refusals, FramesInFlight inFlight)
{
    public void Take(ColonRecord record)
    {
        switch (record.Kind)
        {
            case ColonRecordKind.Message:
                delivery.Add(record);
                break;
            case ColonRecordKind.Completed:
                inFlight.Completed();
                break;
            case ColonRecordKind.Refused:
                var error = ChatError.FromNumber((int)record.Number)!;
                refusals.Answer(error, record.Frame);
                inFlight.Refused(error);
                break;
        }
    }
}
