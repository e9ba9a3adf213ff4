using System.Text;

namespace Chat.Protocol.Tests;

/// <summary>Generates inputs that are almost valid.</summary>
internal sealed class Mutations(int seed, byte[][] originals)
{
    // Separators, ends of number ranges, partial characters, invisible characters.
    private static readonly byte[][] Pieces =
    [
        ":"u8.ToArray(), "::"u8.ToArray(), "#"u8.ToArray(), " "u8.ToArray(), "."u8.ToArray(), "\r\n"u8.ToArray(), "\0"u8.ToArray(), "\ufeff"u8.ToArray(), "\u202e"u8.ToArray(),
        "e\u0301"u8.ToArray(), "😀"u8.ToArray(), [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xfe, 0xff], [0x00, 0xd8], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80],
        Encoding.UTF8.GetBytes(new string('x', Name.MaxBytes)),
    ];

    private readonly Random random = new(seed);

    public byte[] Next()
    {
        var bytes = Pick(originals).ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
            Change(bytes);
        return [.. bytes];
    }

    /// <summary>Returns a random length of a segment in bytes.</summary>
    public int PieceLength() => random.Next(1, 8);

    private void Change(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var count = random.Next(bytes.Count - at + 1);
        switch (random.Next(6))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, count);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(count, 1000)));
                break;
            case 4:
                bytes.InsertRange(at, Pick(originals));
                break;
            default:
                bytes.InsertRange(at, Pick(Pieces));
                break;
        }
    }

    private byte[] Pick(byte[][] from) => from[random.Next(from.Length)];
}
