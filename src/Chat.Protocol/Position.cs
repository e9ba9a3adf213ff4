using System.Globalization;

namespace Chat.Protocol;

/// <summary>A point in a stream, written <c>&lt;epoch&gt;.&lt;offset&gt;</c>. Clients store and return it unread.</summary>
/// <param name="Epoch">Names one life of the log: 1–32 characters of <c>a–z 0–9</c>.</param>
/// <param name="Offset">Offset of the last message before this point; 0 is the beginning.</param>
public readonly record struct Position(string Epoch, long Offset)
{
    private const int MaxEpochLength = 32;

    /// <summary>Reads a position. Returns false when <paramref name="text"/> is not one.</summary>
    public static bool TryParse(string? text, out Position position)
    {
        position = default;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot is < 1 or > MaxEpochLength || !IsEpoch(text.AsSpan(0, dot)))
            return false;
        var digits = text.AsSpan(dot + 1);
        // long.TryParse also accepts leading zeros and trailing NULs: they would be a second form of the same position.
        if (digits.IsEmpty || (digits[0] == '0' && digits.Length > 1) || digits[^1] == '\0'
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return false;
        position = new Position(text![..dot], offset);
        return true;
    }

    /// <summary>Returns the form that <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        // Interpolation would box the offset, and every message has a position.
        Span<char> digits = stackalloc char[20];
        Offset.TryFormat(digits, out var count, provider: CultureInfo.InvariantCulture);
        return string.Concat(Epoch, ".", digits[..count]);
    }

    private static bool IsEpoch(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
                return false;
        return true;
    }
}
