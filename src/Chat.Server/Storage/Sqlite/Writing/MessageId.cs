using System.Buffers.Binary;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Ids of messages whose sender gave none: UUIDs of version 7 whose last 48 bits are the message's number.</summary>
/// <remarks>So an id that comes back as an idempotency key is found without an index of every id there is.</remarks>
internal static class MessageId
{
    private const int NumberAt = 10;

    public static string Create(DateTimeOffset time, long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.ToUnixTimeMilliseconds() << 16);
        // The number alone makes the id unique; what is random only keeps logs of two epochs apart, and need not be costly.
        BinaryPrimitives.WriteUInt32BigEndian(bytes[6..], (uint)Random.Shared.NextInt64());
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[NumberAt..], (ushort)(number >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(NumberAt + 2)..], (uint)number);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>The number of the message that has this id, if the server made it.</summary>
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
