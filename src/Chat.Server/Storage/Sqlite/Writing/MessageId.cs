using System.Buffers.Binary;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Ids that the log makes: UUIDs of version 7 whose last 48 bits are the message's number.</summary>
/// <remarks>The log finds such an id, sent as an idempotency key, without an index of all ids.</remarks>
internal static class MessageId
{
    private const int NumberAt = 10;

    public static string Create(DateTimeOffset time, long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.ToUnixTimeMilliseconds() << 16);
        // The number alone makes the id unique. The random bits only separate logs of two epochs, and may be cheap.
        BinaryPrimitives.WriteUInt32BigEndian(bytes[6..], (uint)Random.Shared.NextInt64());
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[NumberAt..], (ushort)(number >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(NumberAt + 2)..], (uint)number);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>Reads the message's number from an id; false if the log did not make the id.</summary>
    public static bool TryReadNumber(string id, out long number)
    {
        number = 0;
        if (!Guid.TryParseExact(id, "D", out var guid) || guid.Version != 7)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        number = ((long)BinaryPrimitives.ReadUInt16BigEndian(bytes[NumberAt..]) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[(NumberAt + 2)..]);
        return true;
    }
}
