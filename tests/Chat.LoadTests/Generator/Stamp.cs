namespace Chat.LoadTests.Generator;

/// <summary>The stamp in each message's content: <c>T=</c> and 19 digits, the nanoseconds of the monotonic clock at which the message was due.
/// Some scenarios put a number in its place.</summary>
internal static class Stamp
{
    public const int Digits = 19;

    public const string Empty = "T=0000000000000000000";

    // The monotonic clock starts with the machine, which then takes longer than this to run a program.
    private const long FirstTime = 1_000_000_000;

    /// <summary>Whether a value is a time and no number.</summary>
    public static bool IsTime(long value) => value >= FirstTime;

    /// <summary>Writes the digits.</summary>
    public static void Write(Span<byte> digits, long value)
    {
        for (var i = Digits - 1; i >= 0; i--)
        {
            var rest = value / 10;
            digits[i] = (byte)('0' + (value - (rest * 10)));
            value = rest;
        }
    }

    /// <summary>Reads the digits.</summary>
    public static long Read(ReadOnlySpan<byte> digits)
    {
        var value = 0L;
        for (var i = 0; i < Digits; i++)
            value = (value * 10) + (digits[i] - '0');
        return value;
    }

    /// <summary>Finds the next stamp. Returns false if there is none; otherwise <paramref name="text"/> continues behind it.</summary>
    public static bool TryFind(ref ReadOnlySpan<byte> text, out long value)
    {
        var at = text.IndexOf("T="u8);
        if (at < 0 || text.Length - at < 2 + Digits)
        {
            value = 0;
            return false;
        }
        value = Read(text.Slice(at + 2, Digits));
        text = text[(at + 2 + Digits)..];
        return true;
    }

    /// <summary>Returns content of a length in bytes, at least that of a stamp.</summary>
    public static string Content(int length) => Empty.PadRight(length, 'x');
}
