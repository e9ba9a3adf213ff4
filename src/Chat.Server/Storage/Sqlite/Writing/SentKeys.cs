using System.Security.Cryptography;
using System.Text;
using Chat.Server.Storage.Sqlite.Index;
using Chat.Server.Storage.Sqlite.Retention;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Finds what an idempotency key was answered. Belongs to the writer.</summary>
internal sealed class SentKeys(SqliteConnection connection, LogIndex index, LogTimes times) : IDisposable
{
    /// <summary>How long the same key is answered with the first receipt.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int DigestBytes = 16;

    private readonly Dictionary<(string Sender, string Id), KeyedReceipt> drafted = [];
    private readonly Statement findMessage = new(
        connection, "SELECT id, sender, recipient, sender_offset, recipient_offset, sent_at, content FROM message WHERE number = ?");

    public static byte[] Digest(string to, string content) => SHA256.HashData(Encoding.UTF8.GetBytes($"{to}:{content}"))[..DigestBytes];

    /// <param name="lastNumber">Of the newest committed message.</param>
    public KeyedReceipt? Find(string sender, string id, long lastNumber)
    {
        var known = drafted.GetValueOrDefault((sender, id)) ?? index.FindKey(sender, id) ?? FindMade(sender, id, lastNumber);
        return known is not null && !times.IsOlder(times.OfKey(known.At, known.SentAt), Lifetime) ? known : null;
    }

    public void Draft(string sender, string id, KeyedReceipt receipt) => drafted[(sender, id)] = receipt;

    public void Committed()
    {
        foreach (var (key, receipt) in drafted)
            index.AddKey(key.Sender, key.Id, receipt);
        drafted.Clear();
    }

    public void Undone() => drafted.Clear();

    public void Dispose() => findMessage.Dispose();

    /// <summary>The key may be an id that this log made for the sender before.</summary>
    private KeyedReceipt? FindMade(string sender, string id, long lastNumber)
    {
        if (!MessageId.TryReadNumber(id, out var number) || number > lastNumber || !findMessage.Bind(1, number).Step())
            return null;
        var made = findMessage.Text(0) == id && findMessage.Text(1) == sender
            ? new KeyedReceipt(
                findMessage.NullableInt64(3), findMessage.Int64(4), findMessage.Int64(5), times.Of(number, findMessage.Int64(5)),
                Digest(findMessage.Text(2), findMessage.Text(6)))
            : null;
        findMessage.Reset();
        return made;
    }
}

/// <summary>What an idempotency key was answered.</summary>
/// <param name="SenderOffset">Of the sender's copy; null when it keeps none.</param>
/// <param name="RecipientOffset">Of the recipient's entry.</param>
/// <param name="SentAt">Milliseconds since 1970.</param>
/// <param name="At">The log's time when it was used; null in rows of an earlier version.</param>
/// <param name="Digest">Of recipient and content, to know the same message again.</param>
internal sealed record KeyedReceipt(long? SenderOffset, long RecipientOffset, long SentAt, long? At, byte[] Digest);
