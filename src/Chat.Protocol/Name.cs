using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chat.Protocol;

/// <summary>The grammar of user ids, rooms, topics and message ids.</summary>
public static class Name
{
    /// <summary>The longest name, in Unicode scalar values.</summary>
    public const int MaxLength = 64;

    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxBytes = MaxLength * 4;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@+");

    private static readonly SearchValues<char> InTopics =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>
    /// Whether <paramref name="text"/> is a user id: 1–64 Unicode scalar values in normal form C, without <c>:</c>, without control,
    /// format, surrogate and line or paragraph separator characters, without white space at either end, and without <c>#</c> or <c>$</c> as
    /// the first character. The format characters U+200C and U+200D are allowed where the characters around them join.
    /// </summary>
    public static bool IsUserId(string? text) => IsMessageId(text) && text![0] is not ('#' or '$');

    /// <summary>Whether <paramref name="text"/> is a room: <c>#</c> and 1–63 characters of the user-id alphabet, without white space at either
    /// end of them.</summary>
    public static bool IsRoom(string? text) => text is ['#', var first, ..] && !char.IsWhiteSpace(first) && IsMessageId(text);

    /// <summary>Whether <paramref name="text"/> is a topic: <c>$</c> and 1–63 of <c>A–Z a–z 0–9 . _ -</c>.</summary>
    public static bool IsTopic(string? text) => text is ['$', _, ..] && text.Length <= MaxLength && !text.AsSpan(1).ContainsAnyExcept(InTopics);

    /// <summary>Whether <paramref name="text"/> is a user id or a room.</summary>
    public static bool IsRecipient(string? text) => IsUserId(text) || IsRoom(text);

    /// <summary>Whether <paramref name="text"/> is a message id: a user id with any first character.</summary>
    public static bool IsMessageId(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength * 2)
            return false;
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text.Length <= MaxLength;
        return IsInAlphabet(text) && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && IsComposed(text);
    }

    /// <summary>Returns a sentence with the reason why <paramref name="text"/> is not a user id; null when it is one.</summary>
    /// <remarks>The sentence names a character by its code point, such as U+200B, and never contains it. So it is safe to log and print.</remarks>
    public static string? ProblemWithUserId(string? text) => text switch
    {
        _ when IsUserId(text) => null,
        ['#', ..] => "It begins with #, as rooms do.",
        ['$', ..] => "It begins with $, as topics do.",
        _ => NameProblem.Of(text),
    };

    /// <summary>Returns a sentence with the reason why <paramref name="text"/> is not a room; null when it is one.</summary>
    /// <inheritdoc cref="ProblemWithUserId" path="/remarks"/>
    public static string? ProblemWithRoom(string? text) => text switch
    {
        _ when IsRoom(text) => null,
        "#" => "It has no name after #.",
        ['#', var first, ..] when char.IsWhiteSpace(first) => "It has white space after #.",
        null or "" or ['#', ..] => NameProblem.Of(text),
        _ => "It does not begin with #.",
    };

    /// <summary>Returns a sentence with the reason why <paramref name="text"/> is not a topic; null when it is one.</summary>
    /// <inheritdoc cref="ProblemWithUserId" path="/remarks"/>
    public static string? ProblemWithTopic(string? text) => text switch
    {
        _ when IsTopic(text) => null,
        null or "" => NameProblem.Empty,
        "$" => "It has no name after $.",
        not ['$', ..] => "It does not begin with $.",
        { Length: > MaxLength } => NameProblem.TooLong,
        _ => NameProblem.OfTopicCharacter(text, 1 + text.AsSpan(1).IndexOfAnyExcept(InTopics)),
    };

    /// <summary>Returns a sentence with the reason why <paramref name="text"/> is not a recipient; null when it is one.</summary>
    /// <inheritdoc cref="ProblemWithUserId" path="/remarks"/>
    public static string? ProblemWithRecipient(string? text) => text is ['#', ..] ? ProblemWithRoom(text) : ProblemWithUserId(text);

    /// <summary>Returns a sentence with the reason why <paramref name="text"/> is not a message id; null when it is one.</summary>
    /// <inheritdoc cref="ProblemWithUserId" path="/remarks"/>
    public static string? ProblemWithMessageId(string? text) => IsMessageId(text) ? null : NameProblem.Of(text);

    private static bool IsInAlphabet(string text)
    {
        var (length, joiners) = (0, false);
        for (var rest = text.AsSpan(); !rest.IsEmpty; length++)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != OperationStatus.Done || rune.Value == ':')
                return false;
            if (Joiners.Is(rune.Value))
                joiners = true;
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
            rest = rest[used..];
        }
        return length <= MaxLength && (!joiners || Joiners.FindStray([.. text.EnumerateRunes().Select(rune => rune.Value)]) < 0);
    }

    // IsNormalized throws at U+FFFE. Neither U+FFFE nor U+FFFF composes with any character, so the result is the same.
    private static bool IsComposed(string text) => text.Replace('\ufffe', '\uffff').IsNormalized(NormalizationForm.FormC);
}
