using System.Security.Cryptography;
using System.Text;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Finds the first receipt of an idempotency key. Belongs to the writer.</summary>
internal sealed class SentKeys(SqliteSession session, LogIndex index, LogTimes times, MessageIds ids)
{
    /// <summary>Time for which a repeated key returns the first receipt.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int DigestBytes = 16;

    private readonly Dictionary<(string Sender, string Id), KeyedReceipt> uncommitted = [];
    private readonly Statement findMessage = session.Prepare(
        "SELECT id, sender, recipient, sender_offset, recipient_offset, sent_at, content FROM message WHERE number = ?");

    public static byte[] Digest(string to, string content) => SHA256.HashData(Encoding.UTF8.GetBytes($"{to}:{content}"))[..DigestBytes];

    /// <param name="sender">The sender.</param>
    /// <param name="id">The key.</param>
    /// <param name="lastNumber">Number of the newest committed message.</param>
    /// <returns>Null for an unknown or expired key.</returns>
    public KeyedReceipt? Find(string sender, string id, long lastNumber)
    {
        var known = uncommitted.GetValueOrDefault((sender, id)) ?? index.FindKey(sender, id) ?? FindMade(sender, id, lastNumber);
        return known is not null && !times.IsOlder(times.UsedAt(known.At, known.SentAt), Lifetime) ? known : null;
    }

    public void Add(string sender, string id, KeyedReceipt receipt) => uncommitted[(sender, id)] = receipt;

    public void MarkCommitted()
    {
        foreach (var (key, receipt) in uncommitted)
            index.AddKey(key.Sender, key.Id, receipt);
        uncommitted.Clear();
    }

    public void DiscardUncommitted() => uncommitted.Clear();

    /// <summary>Finds a key that is the id of an earlier message from this sender, made by this log.</summary>
    private KeyedReceipt? FindMade(string sender, string id, long lastNumber)
    {
        if (!MessageIds.TryReadNumber(id, out var number) || number > lastNumber || !findMessage.Bind(1, number).Step())
            return null;
        var made = ids.Of(number, findMessage.Int64(5), findMessage.Text(0)) == id && findMessage.Text(1) == sender
            ? new KeyedReceipt(
                findMessage.NullableInt64(3), findMessage.Int64(4), findMessage.Int64(5), times.CommittedAt(number, findMessage.Int64(5)),
                Digest(findMessage.Text(2), findMessage.Text(6)))
            : null;
        findMessage.Reset();
        return made;
    }
}

/// <summary>The first receipt of an idempotency key.</summary>
/// <param name="SenderOffset">Offset of the sender's copy; null if there is none.</param>
/// <param name="RecipientOffset">Offset of the recipient's entry.</param>
/// <param name="SentAt">Milliseconds since 1970.</param>
/// <param name="At">The log's time when the key was used; null in rows of an earlier version.</param>
/// <param name="Digest">Digest of recipient and content; a repeated message has the same.</param>
internal sealed record KeyedReceipt(long? SenderOffset, long RecipientOffset, long SentAt, long? At, byte[] Digest);
