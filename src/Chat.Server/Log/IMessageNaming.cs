namespace Chat.Server.Log;

/// <summary>Makes the texts that name messages of one log. Safe for concurrent callers.</summary>
internal interface IMessageNaming
{
    /// <summary>Returns the id of a message without a key.</summary>
    /// <param name="number">The message's number.</param>
    /// <param name="sentAt">Milliseconds since 1970.</param>
    string IdOf(long number, long sentAt);

    /// <summary>Returns the position of an entry.</summary>
    string PositionAt(long offset);
}
