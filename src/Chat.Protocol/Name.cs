using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chat.Protocol;

/// <summary>The grammar of names: of users, rooms and topics.</summary>
public static class Name
{
    /// <summary>Longest name, in Unicode scalar values.</summary>
    public const int MaxLength = 64;

    /// <summary>Most bytes that a name of <see cref="MaxLength"/> scalar values has in UTF-8.</summary>
    public const int MaxBytes = MaxLength * 4;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@+");

    private static readonly SearchValues<char> OfTopics =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>
    /// Whether <paramref name="text"/> is a user id: 1–64 Unicode scalar values in normal form C, without <c>:</c>, without control,
    /// format, surrogate and line or paragraph separator characters, without white space at either end, and not led by <c>#</c> or <c>$</c>.
    /// </summary>
    public static bool IsUserId(string? text) => IsMessageId(text) && text![0] is not ('#' or '$');

    /// <summary>Whether <paramref name="text"/> is a room: <c>#</c> and 1–63 characters of the user-id alphabet, without white space at either
    /// end of them.</summary>
    public static bool IsRoom(string? text) => text is ['#', var first, ..] && !char.IsWhiteSpace(first) && IsMessageId(text);

    /// <summary>Whether <paramref name="text"/> is a topic: <c>$</c> and 1–63 of <c>A–Z a–z 0–9 . _ -</c>.</summary>
    public static bool IsTopic(string? text) => text is ['$', _, ..] && text.Length <= MaxLength && !text.AsSpan(1).ContainsAnyExcept(OfTopics);

    /// <summary>Whether <paramref name="text"/> is something that a message can be sent to: a user id or a room.</summary>
    public static bool IsRecipient(string? text) => IsUserId(text) || IsRoom(text);

    /// <summary>Whether <paramref name="text"/> can be a message's id: the alphabet and length of a user id, with any first character.</summary>
    public static bool IsMessageId(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength * 2)
            return false;
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text.Length <= MaxLength;
        return IsInAlphabet(text) && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && IsComposed(text);
    }

    private static bool IsInAlphabet(string text)
    {
        var length = 0;
        for (var rest = text.AsSpan(); !rest.IsEmpty; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != OperationStatus.Done || rune.Value == ':')
                return false;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
            rest = rest[used..];
        }
        return length <= MaxLength;
    }

    // The framework takes U+FFFE for no character at all and throws. It composes with nothing, and neither does U+FFFF.
    private static bool IsComposed(string text) => text.Replace('\ufffe', '\uffff').IsNormalized(NormalizationForm.FormC);
}
