using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>The expected conversations of a log, kept as lists.</summary>
internal sealed class ConversationModel
{
    private const int MaxAttempts = 200;

    private static readonly PageLimit All = new(int.MaxValue, int.MaxValue);

    private readonly Dictionary<string, List<Entry>> streams = [];
    private readonly Dictionary<(string User, string Conversation), long> marks = [];
    private readonly HashSet<(string User, string Room)> members = [];
    private int number;

    private sealed record Entry(int Number, string From, string To);

    private sealed record Listed(string Name, string? Last, long Unread, long Read);

    public bool IsMember(string user, string room) => members.Contains((user, room));

    public long Head(string stream) => Stream(stream).Count;

    /// <summary>Creates a draft whose content is its number.</summary>
    public Draft Append(string from, string to, bool keepsCopy = true)
    {
        var draft = new Draft(from, to, $"{++number}", null, IsPush: !keepsCopy, KeepsCopy: keepsCopy);
        Stream(to).Add(new Entry(number, from, to));
        if (draft.HasSentCopy)
            Stream(from).Add(new Entry(number, from, to));
        return draft;
    }

    public void Join(string user, string room)
    {
        if (members.Add((user, room)))
            marks[(user, room)] = Head(room);
    }

    public void Leave(string user, string room)
    {
        members.Remove((user, room));
        marks.Remove((user, room));
    }

    /// <returns>The offset of the mark afterwards.</returns>
    public long MarkRead(string user, string conversation, long offset) =>
        conversation[0] == '#' || Stream(user).Exists(entry => Other(entry, user) == conversation)
            ? marks[(user, conversation)] = Math.Max(offset, marks.GetValueOrDefault((user, conversation)))
            : 0;

    /// <summary>Reads a user's conversations in pages, and compares them with the lists.</summary>
    /// <remarks>It tries again if they differ, because retention may be running.</remarks>
    public async Task CheckAsync(SqliteMessageLog log, string user, int pageSize)
    {
        List<Listed> found, expected;
        var attempt = 0;
        do
        {
            expected = Expected(user, await TrimmedAsync(log, user));
            found = await ListAsync(log, user, pageSize);
        }
        while (!found.SequenceEqual(expected) && ++attempt < MaxAttempts);
        found.Should().Equal(expected, because: $"of {user}, in pages of {pageSize}");
    }

    private static async Task<List<Listed>> ListAsync(SqliteMessageLog log, string user, int pageSize)
    {
        var found = new List<Listed>();
        ConversationsAnswer? page;
        do
        {
            page = await log.GetConversationsAsync(user, found is [.., var last] ? last.Name : null, All with { Messages = pageSize }, default);
            page.Should().NotBeNull();
            found.AddRange(page!.Conversations.Select(c =>
                new Listed(c.With ?? c.Room!, c.Last is { } m ? $"{m.Stream} {m.Offset} {m.Content}" : null, c.Unread, Offset(c.Read))));
        }
        while (page.More);
        return found;
    }

    private List<Listed> Expected(string user, Dictionary<string, long> trimmed)
    {
        var rooms = members.Where(member => member.User == user).Select(member => (Name: member.Room, Stream: member.Room));
        var people = Kept(user, trimmed[user]).Select(kept => (Name: Other(kept.Entry, user), Stream: user)).Distinct();
        return
        [
            .. rooms.Concat(people)
                .Select(c => (
                    c.Name, c.Stream, Kept: Kept(c.Stream, trimmed[c.Stream]).Where(kept => c.Stream != user || Other(kept.Entry, user) == c.Name).ToList()))
                .OrderByDescending(c => c.Kept is [.., var last] ? last.Entry.Number : 0).ThenBy(c => c.Name, StringComparer.Ordinal)
                .Select(c => new Listed(
                    c.Name, c.Kept is [.., var last] ? $"{c.Stream} {last.Offset} {last.Entry.Number}" : null,
                    c.Kept.Count(kept => kept.Offset > marks.GetValueOrDefault((user, c.Name)) && kept.Entry.From != user),
                    marks.GetValueOrDefault((user, c.Name)))),
        ];
    }

    private IEnumerable<(long Offset, Entry Entry)> Kept(string stream, long trimmed) =>
        Stream(stream).Select((entry, i) => (Offset: i + 1L, Entry: entry)).Where(kept => kept.Offset > trimmed);

    private async Task<Dictionary<string, long>> TrimmedAsync(SqliteMessageLog log, string user)
    {
        var trimmed = new Dictionary<string, long>();
        foreach (var stream in members.Where(member => member.User == user).Select(member => member.Room).Append(user))
            trimmed[stream] = (await log.GetBoundsAsync(stream, default)).Trimmed;
        return trimmed;
    }

    private static string Other(Entry entry, string user) => entry.From == user ? entry.To : entry.From;

    private static long Offset(string position) => Position.TryParse(position, out var read) ? read.Offset : -1;

    private List<Entry> Stream(string name) => streams.TryGetValue(name, out var entries) ? entries : streams[name] = [];
}
