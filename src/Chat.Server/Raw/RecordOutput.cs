using System.Buffers;
using System.IO.Pipelines;
using Chat.Protocol;

namespace Chat.Server.Raw;

/// <summary>What the hub writes to, of a raw connection: passes each record on at once, and so never makes the hub wait.</summary>
internal sealed class RecordOutput(Action<ColonRecord> take) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> written = new(64);
    private bool handshakeAnswered;

    // A group message comes here: bytes that all connections share, encoded once, and never written to again.
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Pass(source);
        return default;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (written.WrittenCount > 0)
        {
            Pass(written.WrittenMemory.ToArray());
            written.ResetWrittenCount();
        }
        return default;
    }

    public override void Advance(int bytes) => written.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => written.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => written.GetSpan(sizeHint);

    public override void CancelPendingFlush() { }

    public override void Complete(Exception? exception = null) { }

    private void Pass(ReadOnlyMemory<byte> bytes)
    {
        // The first thing the hub says answers SignalR's handshake, which the client knows nothing of.
        if (!handshakeAnswered)
        {
            handshakeAnswered = true;
            return;
        }
        while (ColonRecord.TryReadOutput(ref bytes, out var record))
            take(record);
    }
}
