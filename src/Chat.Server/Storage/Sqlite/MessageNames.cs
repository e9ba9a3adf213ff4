using Chat.Protocol;

namespace Chat.Server.Storage.Sqlite;

/// <summary>The id and the positions of one message.</summary>
/// <param name="epoch">The log's epoch.</param>
/// <param name="ids">Makes the id of a message without a key.</param>
/// <param name="number">The message's number. Unused with a key.</param>
/// <param name="sentAt">Milliseconds since 1970.</param>
/// <param name="key">The idempotency key, which is the id; null if there is none.</param>
internal sealed class MessageNames(string epoch, MessageIds ids, long number, long sentAt, string? key) : IMessageNames
{
    private string? id = key;

    public string Id => id ??= ids.Make(number, sentAt);

    public string PositionAt(long offset) => new Position(epoch, offset).ToString();
}
