using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Retention;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Writes the last value of each topic in the transaction. Belongs to the writer.</summary>
internal sealed class TopicRows(SqliteSession session, LogNumbers numbers, LogTimes times)
{
    private readonly Statement find = session.Prepare("SELECT version FROM topic WHERE name = ?");
    private readonly Statement findBase = session.Prepare("SELECT topic_base FROM log");
    private readonly Statement save = session.Prepare("INSERT OR REPLACE INTO topic (name, version, published_at, value) VALUES (?, ?, ?, ?)");

    /// <returns>Null if the topic has another version than the expected one.</returns>
    public TopicValue? Publish(PendingTopicValue next)
    {
        var current = find.Bind(1, next.Topic).FirstInt64() ?? 0;
        if (next.IfVersion is { } expected && expected != current)
            return null;
        numbers.CountOtherChange();
        var publishedAt = times.Wall.ToUnixTimeMilliseconds();
        var version = Math.Max(current, findBase.FirstInt64() ?? 0) + 1;
        save.Bind(1, next.Topic).Bind(2, version).Bind(3, publishedAt).Bind(4, next.Value.GetRawText()).Run();
        return new TopicValue(next.Topic, next.Value, version, DateTimeOffset.FromUnixTimeMilliseconds(publishedAt));
    }
}
