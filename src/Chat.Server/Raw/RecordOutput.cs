using System.Buffers;
using System.IO.Pipelines;
using Chat.Protocol;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Raw;

/// <summary>The output of the hub on a raw connection. It passes each record on at once, so the hub never waits.</summary>
internal sealed class RecordOutput(RawDelivery delivery) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> written = new(64);
    private bool handshakeAnswered;

    // Group messages come here. All connections share their bytes, which never change, so they are not copied.
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
        // The first output of the hub is SignalR's handshake response, which is not for the client.
        if (!handshakeAnswered)
        {
            handshakeAnswered = true;
            return;
        }
        while (ColonRecord.TryReadOutput(ref bytes, out var record))
            delivery.Add(record);
    }
}
