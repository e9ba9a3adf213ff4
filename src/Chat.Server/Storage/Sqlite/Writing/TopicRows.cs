using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>The last value of every topic. Belongs to the writer.</summary>
internal sealed class TopicRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement find = new(connection, "SELECT version FROM topic WHERE name = ?");
    private readonly Statement findBase = new(connection, "SELECT topic_base FROM log");
    private readonly Statement save = new(
        connection, "INSERT OR REPLACE INTO topic (name, version, published_at, value) VALUES (?, ?, ?, ?)");

    public TopicValue? Publish(PendingTopicValue draft, DateTimeOffset now)
    {
        var current = Read(find.Bind(1, draft.Topic));
        if (draft.IfVersion is { } expected && expected != current)
            return null;
        var publishedAt = now.ToUnixTimeMilliseconds();
        var version = Math.Max(current, Read(findBase)) + 1;
        save.Bind(1, draft.Topic).Bind(2, version).Bind(3, publishedAt).Bind(4, draft.Value.GetRawText()).Run();
        return new TopicValue(draft.Topic, draft.Value, version, DateTimeOffset.FromUnixTimeMilliseconds(publishedAt));
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[find, findBase, save])
            statement.Dispose();
    }

    private static long Read(Statement statement)
    {
        if (!statement.Step())
            return 0;
        var number = statement.Int64(0);
        statement.Reset();
        return number;
    }
}
