namespace Chat.Protocol;

/// <summary>A refusal. The hub, the HTTP API and the raw endpoint each translate it to their own form.</summary>
public class ChatException : Exception
{
    /// <summary>Creates a refusal with the error's own text, or a more exact one.</summary>
    public ChatException(ChatError error, string? text = null, Exception? inner = null) : base(text ?? error.Text, inner) => Error = error;

    /// <summary>The error.</summary>
    public ChatError Error { get; }

    /// <summary>The form on the hub: <c>CODE: text</c>.</summary>
    public string Refusal => $"{Error.Code}: {Message}";
}
