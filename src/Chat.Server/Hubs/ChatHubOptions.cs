namespace Chat.Server.Hubs;

/// <summary>What <c>/chat</c> speaks.</summary>
internal sealed class ChatHubOptions
{
    public const string SectionName = "Chat:Hub";

    /// <summary>Off: JSON is enough for messages of text, and the parser of MessagePack has had advisories.</summary>
    public bool MessagePack { get; set; }
}
