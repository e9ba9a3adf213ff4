namespace Chat.Protocol;

/// <summary>Makes the id and the positions of a message when they are read: raw clients get neither.</summary>
internal interface IMessageSource
{
    /// <summary>The message's id, the same for all its entries.</summary>
    string Id { get; }

    /// <summary>Returns the position of an entry.</summary>
    string PositionAt(long offset);
}
