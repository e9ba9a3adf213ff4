using System.Buffers.Binary;
using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite;

/// <summary>Makes the ids of messages that have no idempotency key: UUIDs of version 7 whose last 48 bits are the message's number.</summary>
/// <remarks>An id depends only on the file's seed, the time and the number. So the file stores none, and the log finds a message by its id without an
/// index. Safe for concurrent callers.</remarks>
internal sealed class MessageIds : IMessageIds
{
    private const int NumberAt = 10;

    // An odd number near 2^64 divided by the golden ratio: products with it spread over all bits.
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly string epoch;
    private readonly List<(long After, long Seed)> seeds = []; // newest first

    /// <summary>Reads the seeds of the file.</summary>
    public MessageIds(SqliteSession session, string epoch)
    {
        this.epoch = epoch;
        using var read = session.PrepareOnce("SELECT after, seed FROM id_seed ORDER BY after DESC");
        while (read.Step())
            seeds.Add((read.Int64(0), read.Int64(1)));
    }

    /// <summary>Stores a new seed for the messages after a number.</summary>
    public static void AddSeed(SqliteSession session, long after)
    {
        using var save = session.PrepareOnce("INSERT OR REPLACE INTO id_seed (after, seed) VALUES (?, random())");
        save.Bind(1, after).Run();
    }

    /// <summary>Returns the id of a message.</summary>
    /// <param name="number">The message's number.</param>
    /// <param name="sentAt">Milliseconds since 1970.</param>
    /// <param name="stored">The id in the message's row: a key, or an id that an earlier version has stored. Empty if the row holds none.</param>
    public string Of(long number, long sentAt, string stored) => stored.Length > 0 ? stored : IdOf(number, sentAt);

    public string PositionAt(long offset) => new Position(epoch, offset).ToString();

    public string IdOf(long number, long sentAt)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sentAt << 16);
        // The number alone makes the id unique. The other bits only separate logs of two epochs.
        BinaryPrimitives.WriteUInt32BigEndian(bytes[6..], (uint)((((ulong)SeedOf(number) ^ (ulong)number) * Spread) >> 32));
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[NumberAt..], (ushort)(number >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(NumberAt + 2)..], (uint)number);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>Reads the message's number from an id; false if no log made the id.</summary>
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

    private long SeedOf(long number)
    {
        foreach (var (after, seed) in seeds)
            if (number > after)
                return seed;
        return 0;
    }
}
