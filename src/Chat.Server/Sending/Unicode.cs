using System.Buffers;
using System.Text;

namespace Chat.Server.Sending;

internal static class Unicode
{
    private static readonly SearchValues<char> Surrogates = SearchValues.Create([.. Enumerable.Range('\ud800', 0x800).Select(c => (char)c)]);

    /// <summary>Returns whether the text has no lone surrogate, which could not be stored byte for byte.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int at; (at = text.IndexOfAny(Surrogates)) >= 0;)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out var used) != OperationStatus.Done)
                return false;
            text = text[(at + used)..];
        }
        return true;
    }
}
