using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>Gives the hub the frames of a raw connection one at a time, so that each outcome belongs to its frame.</summary>
/// <param name="inner">The handshake, then records of <see cref="ColonRecord.WriteInput"/>.</param>
/// <param name="outcomes">Learns which frame the hub processes.</param>
internal sealed class FrameInput(PipeReader inner, FrameOutcomes outcomes) : PipeReader
{
    private bool isHandshakeRead;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? ValueTask.FromResult(FirstOf(reading.Result)) : FirstOfAsync(reading);
    }

    public override bool TryRead(out ReadResult result)
    {
        var isRead = inner.TryRead(out result);
        if (isRead)
            result = FirstOf(result);
        return isRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        isHandshakeRead = true;
        outcomes.EndFrame();
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    // Pooled: otherwise each frame that the hub waits for would allocate.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FirstOfAsync(ValueTask<ReadResult> reading) => FirstOf(await reading);

    private ReadResult FirstOf(in ReadResult result)
    {
        var rest = result.Buffer;
        if (!isHandshakeRead || !ColonRecord.TryReadInput(ref rest, out var frame))
            return result;
        outcomes.BeginFrame((int)frame.Length);
        return rest.IsEmpty ? result : new ReadResult(result.Buffer.Slice(0, rest.Start), result.IsCanceled, isCompleted: false);
    }
}
