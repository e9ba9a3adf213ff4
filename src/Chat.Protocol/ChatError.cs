namespace Chat.Protocol;

/// <summary>A reason for a refusal. Numbers and codes are part of the wire and are never reused for another meaning.</summary>
public sealed class ChatError
{
    private ChatError(int number, string code, string text, bool retryable) => (Number, Code, Text, Retryable) = (number, code, text, retryable);

    /// <summary>A raw frame has fewer than two colons.</summary>
    public static readonly ChatError BadFrame = new(1, "bad_frame", "A frame must have the form userid:toUserid:content.", retryable: false);

    /// <summary>The sender is not a valid user id.</summary>
    public static readonly ChatError BadUserId = new(2, "bad_user_id", "The sender is not a valid user id.", retryable: false);

    /// <summary>The target is not a valid name, or is a topic as the target of a message.</summary>
    public static readonly ChatError BadRecipient = new(3, "bad_recipient", "The target is not a valid name.", retryable: false);

    /// <summary>A raw frame names another user than the connection's.</summary>
    public static readonly ChatError IdentityMismatch = new(4, "identity_mismatch", "This connection is registered for another user.", retryable: false);

    /// <summary>The caller lacks the permission.</summary>
    public static readonly ChatError Forbidden = new(5, "forbidden", "The caller is not allowed to do this.", retryable: false);

    /// <summary>An argument is malformed.</summary>
    public static readonly ChatError BadRequest = new(6, "bad_request", "The request is malformed.", retryable: false);

    /// <summary>The sender used this idempotency key for another message in the last 24 hours.</summary>
    public static readonly ChatError KeyConflict = new(7, "key_conflict", "This id was already used for another message.", retryable: false);

    /// <summary>The content has more UTF-8 bytes than <c>Chat:Messaging:MaxFrameBytes</c>.</summary>
    public static readonly ChatError TooLarge = new(8, "too_large", "The content is too long.", retryable: false);

    /// <summary>The caller exceeds a rate or a limit.</summary>
    public static readonly ChatError RateLimited = new(9, "rate_limited", "Too many requests.", retryable: true);

    /// <summary>The log cannot be written now. Nothing was stored.</summary>
    public static readonly ChatError Unavailable = new(10, "unavailable", "The server cannot write the message log now. Nothing was stored.", retryable: true);

    /// <summary>The caller has no credentials, or invalid ones.</summary>
    public static readonly ChatError Unauthenticated = new(11, "unauthenticated", "Authentication required.", retryable: false);

    /// <summary>The resource does not exist (HTTP only).</summary>
    public static readonly ChatError NotFound = new(12, "not_found", "Not found.", retryable: false);

    /// <summary>All errors, in the order of their numbers.</summary>
    public static IReadOnlyList<ChatError> All { get; } =
    [
        BadFrame, BadUserId, BadRecipient, IdentityMismatch, Forbidden, BadRequest,
        KeyConflict, TooLarge, RateLimited, Unavailable, Unauthenticated, NotFound,
    ];

    /// <summary>The number on the wire, from 1.</summary>
    public int Number { get; }

    /// <summary>The code for programs, such as <c>bad_frame</c>.</summary>
    public string Code { get; }

    /// <summary>The general text for people.</summary>
    public string Text { get; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool Retryable { get; }

    /// <summary>Returns <see cref="Text"/>, followed by the reason in this case if there is one.</summary>
    public string TextWith(string? reason) => reason is null ? Text : $"{Text} {reason}";

    /// <summary>Returns the error of that number, or null.</summary>
    public static ChatError? FromNumber(int number) => number >= 1 && number <= All.Count ? All[number - 1] : null;

    /// <summary>Returns the error of that code, or null.</summary>
    public static ChatError? FromCode(ReadOnlySpan<char> code)
    {
        foreach (var error in All)
            if (code.SequenceEqual(error.Code))
                return error;
        return null;
    }

    /// <summary>
    /// Reads the error and its text from a hub's error message. SignalR puts a sentence of its own before the refusal, so the last
    /// <c>HubException: </c> counts. Returns null when the message holds no code of this table.
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

    /// <summary>Returns the code.</summary>
    public override string ToString() => Code;
}
