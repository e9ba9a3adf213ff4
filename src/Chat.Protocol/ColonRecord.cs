using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Chat.Protocol;

/// <summary>
/// A message in the pipe between a hub and its raw connection. Towards the hub, a record is the length of the client's frame (4 bytes) and the
/// frame. Towards the connection: length of the frame (4 bytes), offset (8 bytes), frame. Integers are little-endian.
/// </summary>
/// <param name="Offset">The message's offset in its stream.</param>
/// <param name="Frame">The UTF-8 text frame for the client. The frame of a room's message begins with the room.</param>
public readonly record struct ColonRecord(long Offset, ReadOnlyMemory<byte> Frame)
{
    private const int LengthBytes = 4;
    private const int HeaderBytes = LengthBytes + 8;

    /// <summary>Writes a client's frame for the hub.</summary>
    public static void WriteInput(IBufferWriter<byte> output, ReadOnlySpan<byte> frame)
    {
        var span = output.GetSpan(LengthBytes + frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span, frame.Length);
        frame.CopyTo(span[LengthBytes..]);
        output.Advance(LengthBytes + frame.Length);
    }

    /// <summary>Removes a client's frame from the input. Returns false while it is incomplete.</summary>
    public static bool TryReadInput(ref ReadOnlySequence<byte> input, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadLittleEndian(out int length) || length < 0 || reader.Remaining < length)
            return false;
        frame = input.Slice(LengthBytes, length);
        input = input.Slice(frame.End);
        return true;
    }

    /// <summary>Writes a message for the connection. Raw clients get no sent copy: it is written as nothing.</summary>
    public static void WriteMessage(IBufferWriter<byte> output, Message message)
    {
        if (message.IsSentCopy)
            return;
        var length = FrameLength(message);
        var span = output.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        BinaryPrimitives.WriteInt64LittleEndian(span[LengthBytes..], message.Offset);
        output.Advance(HeaderBytes);
        ColonFrame.Write(output, message);
    }

    /// <summary>Returns the bytes that <see cref="WriteMessage"/> writes.</summary>
    public static int Length(Message message) => message.IsSentCopy ? 0 : HeaderBytes + FrameLength(message);

    /// <summary>Removes a record from the hub's output. Returns false when no complete record is left.</summary>
    public static bool TryReadOutput(ref ReadOnlyMemory<byte> output, out ColonRecord record)
    {
        record = default;
        var span = output.Span;
        if (span.Length < HeaderBytes)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(span);
        if (length < 0 || span.Length - HeaderBytes < length)
            return false;
        record = new ColonRecord(BinaryPrimitives.ReadInt64LittleEndian(span[LengthBytes..]), output.Slice(HeaderBytes, length));
        output = output[(HeaderBytes + length)..];
        return true;
    }

    /// <summary>Returns the offset and the frame's length. The content must not reach a log.</summary>
    public override string ToString() => $"frame of {Frame.Length} bytes at {Offset}";

    private static int FrameLength(Message message) =>
        (message.IsInRoom ? Encoding.UTF8.GetByteCount(message.Stream) + 1 : 0)
        + Encoding.UTF8.GetByteCount(message.From) + 1 + Encoding.UTF8.GetByteCount(message.Content);
}
