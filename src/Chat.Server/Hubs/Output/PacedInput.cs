using System.IO.Pipelines;
using Chat.Server.Log;

namespace Chat.Server.Hubs.Output;

/// <summary>A hub connection's input. While the log is behind, a connection that has been read to its end is left alone for a moment.</summary>
/// <remarks>This slows down clients that wait for receipts, in the order of their calls. Those that do not wait are read, and refused, many messages
/// at a time: one at a time would take the machine's time from the messages that were accepted. Nothing waits here for longer than the pause.</remarks>
/// <param name="inner">The pipe.</param>
/// <param name="log">Whose load decides.</param>
/// <param name="time">The machine's, by which that load is measured.</param>
internal sealed class PacedInput(PipeReader inner, ILogHealth log, TimeProvider time) : PipeReader
{
    /// <summary>A part of what a message may wait in all: less saves little, more is felt.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The read; where it waits for a client while the log is behind, it ends after the pause at the earliest.</summary>
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
