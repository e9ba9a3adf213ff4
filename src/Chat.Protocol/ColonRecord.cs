using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Chat.Protocol;

/// <summary>The kind of an output record.</summary>
public enum ColonRecordKind : byte
{
    /// <summary>A message of the mailbox or of a room. The frame of a room's message begins with the room.</summary>
    Message = 1,

    /// <summary>The hub has processed one of the client's frames.</summary>
    Completed = 3,

    /// <summary>The hub refused one of the client's frames. The record holds the error frame.</summary>
    Refused = 4,
}

/// <summary>
/// The bytes of one frame in the pipe between a raw connection and its hub. Towards the hub: length of the frame (4 bytes), frame.
/// Towards the connection: length of the frame (4 bytes), kind (1 byte), number (8 bytes), frame. Integers are little-endian.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Number">The offset of a message; the <see cref="ChatError.Number"/> of a refusal; else 0.</param>
/// <param name="Frame">The UTF-8 text frame for the client; empty when there is none.</param>
public readonly record struct ColonRecord(ColonRecordKind Kind, long Number, ReadOnlyMemory<byte> Frame)
{
    private const int LengthBytes = 4;
    private const int HeaderBytes = LengthBytes + 1 + 8;

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
        var length = Encoding.UTF8.GetByteCount(message.From) + 1 + Encoding.UTF8.GetByteCount(message.Content);
        if (message.IsInRoom)
            length += Encoding.UTF8.GetByteCount(message.Stream) + 1;
        WriteHeader(output, length, ColonRecordKind.Message, message.Offset);
        ColonFrame.Write(output, message);
    }

    /// <summary>Writes a record of kind <see cref="ColonRecordKind.Completed"/>.</summary>
    public static void WriteCompleted(IBufferWriter<byte> output) => WriteHeader(output, 0, ColonRecordKind.Completed, 0);

    /// <summary>Writes a refusal with its error frame.</summary>
    public static void WriteRefused(IBufferWriter<byte> output, ChatError error, string frame)
    {
        WriteHeader(output, Encoding.UTF8.GetByteCount(frame), ColonRecordKind.Refused, error.Number);
        Encoding.UTF8.GetBytes(frame, output);
    }

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
        record = new ColonRecord((ColonRecordKind)span[LengthBytes], BinaryPrimitives.ReadInt64LittleEndian(span[(LengthBytes + 1)..]), output.Slice(HeaderBytes, length));
        output = output[(HeaderBytes + length)..];
        return true;
    }

    private static void WriteHeader(IBufferWriter<byte> output, int length, ColonRecordKind kind, long number)
    {
        var span = output.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        span[LengthBytes] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(span[(LengthBytes + 1)..], number);
        output.Advance(HeaderBytes);
    }
}
