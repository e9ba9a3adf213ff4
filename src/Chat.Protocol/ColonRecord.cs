using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Chat.Protocol;

/// <summary>What an output record holds.</summary>
public enum ColonRecordKind : byte
{
    /// <summary>A frame for the client: an entry of its mailbox, or of a room, which the frame then begins with.</summary>
    Message = 1,

    /// <summary>An entry of the mailbox that raw clients do not get: the user's own sent copy.</summary>
    SentCopy = 2,

    /// <summary>One of the client's frames has been dealt with.</summary>
    Completed = 3,

    /// <summary>One of the client's frames was refused; the record holds the frame that says so.</summary>
    Refused = 4,
}

/// <summary>
/// The bytes of one frame in the pipe between a raw connection and its hub. Towards the hub: length (4 bytes, little-endian), frame.
/// Towards the connection: length of the frame (4), kind (1), number (8: an offset, or a <see cref="ChatError.Number"/>), frame.
/// </summary>
/// <param name="Kind">What the record is.</param>
/// <param name="Number">The offset of a message or sent copy; the error's number of a refusal; else 0.</param>
/// <param name="Frame">The text frame to put on the socket; empty when there is none.</param>
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

    /// <summary>Takes a client's frame off the input; false while it is incomplete.</summary>
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

    /// <summary>Writes a message at its offset, for the connection.</summary>
    public static void WriteMessage(IBufferWriter<byte> output, Message message)
    {
        if (message.IsSentCopy)
        {
            WriteHeader(output, 0, ColonRecordKind.SentCopy, message.Offset);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(message.From) + 1 + Encoding.UTF8.GetByteCount(message.Content);
        if (message.IsInRoom)
            length += Encoding.UTF8.GetByteCount(message.Stream) + 1;
        WriteHeader(output, length, ColonRecordKind.Message, message.Offset);
        ColonFrame.Write(output, message);
    }

    /// <summary>Writes that a frame has been dealt with.</summary>
    public static void WriteCompleted(IBufferWriter<byte> output) => WriteHeader(output, 0, ColonRecordKind.Completed, 0);

    /// <summary>Writes that a frame was refused.</summary>
    public static void WriteRefused(IBufferWriter<byte> output, ChatError error, string frame)
    {
        WriteHeader(output, Encoding.UTF8.GetByteCount(frame), ColonRecordKind.Refused, error.Number);
        Encoding.UTF8.GetBytes(frame, output);
    }

    /// <summary>Takes a record off what the hub wrote; false when nothing whole is left.</summary>
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
