namespace Chat.Protocol;

/// <summary>Why something was refused. The numbers and codes are part of the wire: they are never reused for another meaning.</summary>
public sealed class ChatError
{
    private ChatError(int number, string code, string text, bool retryable) => (Number, Code, Text, Retryable) = (number, code, text, retryable);

    /// <summary>Not of the form <c>a:b:c</c>.</summary>
    public static readonly ChatError BadFrame = new(1, "bad_frame", "A frame is userid:toUserid:content.", retryable: false);

    /// <summary>A sender id that breaks the grammar.</summary>
    public static readonly ChatError BadUserId = new(2, "bad_user_id", "The sender is not a valid user id.", retryable: false);

    /// <summary>A target that breaks the grammar, or a topic as the target of a message.</summary>
    public static readonly ChatError BadRecipient = new(3, "bad_recipient", "The target is not a valid name.", retryable: false);

    /// <summary>A frame names another user than the connection's.</summary>
    public static readonly ChatError IdentityMismatch = new(4, "identity_mismatch", "This connection is registered for another user.", retryable: false);

    /// <summary>The caller may not do that.</summary>
    public static readonly ChatError Forbidden = new(5, "forbidden", "That is not allowed.", retryable: false);

    /// <summary>A malformed argument.</summary>
    public static readonly ChatError BadRequest = new(6, "bad_request", "The request is malformed.", retryable: false);

    /// <summary>The idempotency key was used for another message.</summary>
    public static readonly ChatError KeyConflict = new(7, "key_conflict", "This id was already used for another message.", retryable: false);

    /// <summary>The content is longer than <c>Chat:Messaging:MaxFrameBytes</c>.</summary>
    public static readonly ChatError TooLarge = new(8, "too_large", "The content is too long.", retryable: false);

    /// <summary>More than the caller's share.</summary>
    public static readonly ChatError RateLimited = new(9, "rate_limited", "Too many requests.", retryable: true);

    /// <summary>The log cannot take it now. Nothing was stored.</summary>
    public static readonly ChatError Unavailable = new(10, "unavailable", "The message log cannot be written now. Nothing was stored.", retryable: true);

    /// <summary>No credentials, or invalid ones.</summary>
    public static readonly ChatError Unauthenticated = new(11, "unauthenticated", "Say who you are.", retryable: false);

    /// <summary>There is no such thing (HTTP only).</summary>
    public static readonly ChatError NotFound = new(12, "not_found", "There is no such thing.", retryable: false);

    /// <summary>Every error, by number.</summary>
    public static IReadOnlyList<ChatError> All { get; } =
    [
        BadFrame, BadUserId, BadRecipient, IdentityMismatch, Forbidden, BadRequest,
        KeyConflict, TooLarge, RateLimited, Unavailable, Unauthenticated, NotFound,
    ];

    /// <summary>Number, from 1.</summary>
    public int Number { get; }

    /// <summary>The word that programs compare.</summary>
    public string Code { get; }

    /// <summary>One sentence for people.</summary>
    public string Text { get; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool Retryable { get; }

    /// <summary>The text, and the sentence that says why in this case.</summary>
    public string TextWith(string? reason) => reason is null ? Text : $"{Text} {reason}";

    /// <summary>The error of that number, or null.</summary>
    public static ChatError? FromNumber(int number) => number >= 1 && number <= All.Count ? All[number - 1] : null;

    /// <summary>The error of that code, or null.</summary>
    public static ChatError? FromCode(ReadOnlySpan<char> code)
    {
        foreach (var error in All)
            if (code.SequenceEqual(error.Code))
                return error;
        return null;
    }

    /// <summary>
    /// Reads the error and its text out of a hub's error message. SignalR puts a sentence of its own before the refusal, so the last
    /// <c>HubException: </c> counts. Null when the message holds no refusal of this table.
    /// </summary>
    public static (ChatError Error, string Text)? FromHubError(string? message)
    {
        const string mark = "HubException: ";
        var refusal = message.AsSpan();
        if (refusal.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
            refusal = refusal[(at + mark.Length)..];
        var colon = refusal.IndexOf(": ", StringComparison.Ordinal);
        return colon >= 0 && FromCode(refusal[..colon]) is { } error ? (error, refusal[(colon + 2)..].ToString()) : null;
    }

    /// <summary>The code.</summary>
    public override string ToString() => Code;
}
