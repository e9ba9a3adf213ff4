using System.IO.Pipelines;
using Chat.Server.Log;

namespace Chat.Server.Hubs.Output;

/// <summary>The input of a hub connection. While the log is behind, a read that finds no input pauses before it returns the next input.</summary>
/// <remarks>The pause slows down clients that wait for receipts, and keeps the order of their calls. Input of clients that do not wait is read, and
/// refused, many messages at a time: one at a time would take processor time from accepted messages. No input waits here longer than the pause.</remarks>
/// <param name="inner">The pipe.</param>
/// <param name="log">Its load decides whether to pause.</param>
/// <param name="time">The system's clock, which also measures the log's load.</param>
internal sealed class PacedInput(PipeReader inner, ILogHealth log, TimeProvider time) : PipeReader
{
    /// <summary>A quarter of the longest wait that a message has by default. A shorter pause saves little; users notice a longer one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns the read. If it is pending while the log is behind, it completes after the pause at the earliest.</summary>
    public static ValueTask<T> Pace<T>(ValueTask<T> read, ILogHealth log, TimeProvider time) =>
        read.IsCompleted || log.Load == LogLoad.Normal ? read : PausedAsync(read, time);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Pace(inner.ReadAsync(cancellationToken), log, time);

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private static async ValueTask<T> PausedAsync<T>(ValueTask<T> read, TimeProvider time)
    {
        await Task.Delay(Pause, time);
        return await read;
    }
}
