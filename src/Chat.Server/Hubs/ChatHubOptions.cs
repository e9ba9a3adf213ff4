namespace Chat.Server.Hubs;

/// <summary>The hub protocols of <c>/chat</c>.</summary>
internal sealed class ChatHubOptions
{
    public const string SectionName = "Chat:Hub";

    /// <summary>Offers MessagePack beside JSON. Off by default: JSON is enough for text, and the MessagePack parser has had security advisories.</summary>
    public bool MessagePack { get; set; }
}
