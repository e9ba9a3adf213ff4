namespace Chat.Protocol;

/// <summary>A refusal: thrown where the reason is known, translated where it leaves the server.</summary>
public class ChatException : Exception
{
    /// <summary>Refuses with the error's own text, or a more exact one.</summary>
    public ChatException(ChatError error, string? text = null, Exception? inner = null) : base(text ?? error.Text, inner) => Error = error;

    /// <summary>Why.</summary>
    public ChatError Error { get; }

    /// <summary>The form that hub clients see: <c>CODE: text</c>.</summary>
    public string Refusal => $"{Error.Code}: {Message}";
}
