using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Storage.Sqlite.Index;
using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>Answers which conversations users have, page by page; each page from one snapshot of the file.</summary>
internal sealed class ConversationPages(SqliteConnection connection, ConversationReader counts, StreamRows streams) : IDisposable
{
    private readonly Statement findPlace = new(connection, "SELECT offset, sent FROM read_mark WHERE user = ? AND conversation = ?");
    private readonly Statement findNumber = new(connection, "SELECT message FROM entry WHERE stream = ? AND offset = ?");
    private readonly Statement findMessage = new(connection, "SELECT id, sender, recipient, sent_at, content FROM message WHERE number = ?");

    /// <summary>How far the user has read; null when it has read nothing.</summary>
    public ReadPlace? Place(string user, string conversation)
    {
        if (!findPlace.Bind(1, user).Bind(2, conversation).Step())
            return null;
        var place = new ReadPlace(findPlace.Int64(0), findPlace.Int64(1));
        findPlace.Reset();
        return place;
    }

    /// <returns>Null when the page begins after what is no conversation of the user's.</returns>
    public ConversationsAnswer? Read(ConversationQuery query)
    {
        var mailbox = query.Mailbox is null ? null : Kept(query.Mailbox, query.RetentionCount);
        var rooms = query.Rooms.Select(room => Room(room.Name, room.View is null ? null : Kept(room.View, query.RetentionCount))).ToList();
        var (older, after) = (long.MaxValue, "");
        if (query.Before is { } before)
            if (rooms.Find(room => room.Name == before) is { } room)
                (older, after) = room.IsEmpty ? (0, before) : (room.Message, "");
            else if (mailbox?.Find(before) is { } person)
                older = person.Message;
            else
                return null;

        var people = mailbox is null ? [] : mailbox.Older(older).Select(person => new Candidate(person.Peer, mailbox, person.Message, person.Offset, person));
        var dated = Merge(people, rooms.Where(room => !room.IsEmpty && room.Message < older).OrderByDescending(room => room.Message));
        return Collect(dated.Concat(rooms.Where(room => room.IsEmpty && string.CompareOrdinal(room.Name, after) > 0)), query);
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[findPlace, findNumber, findMessage])
            statement.Dispose();
    }

    private static IEnumerable<Candidate> Merge(IEnumerable<Candidate> people, IEnumerable<Candidate> rooms)
    {
        var waiting = new Queue<Candidate>(rooms);
        foreach (var person in people)
        {
            while (waiting.TryPeek(out var room) && room.Message > person.Message)
                yield return waiting.Dequeue();
            yield return person;
        }
        foreach (var room in waiting)
            yield return room;
    }

    private ConversationsAnswer Collect(IEnumerable<Candidate> candidates, ConversationQuery query)
    {
        var page = new List<Conversation>();
        var bytes = 0;
        foreach (var candidate in candidates)
        {
            var last = candidate.IsEmpty ? null : Last(candidate, query.Epoch);
            if (last is null && !candidate.IsRoom)
                continue; // somebody has taken the message out of the file
            bytes += last is null ? 0 : MessageSize.InJson(last);
            if (page.Count == query.Limit.Messages || (page.Count > 0 && bytes > query.Limit.Bytes))
                return new ConversationsAnswer(page, More: true);
            var place = Place(query.User, candidate.Name) ?? default;
            page.Add(new Conversation(
                candidate.IsRoom ? null : candidate.Name, candidate.IsRoom ? candidate.Name : null, last,
                Unread(candidate, query.User, place), new Position(query.Epoch, place.Offset).ToString()));
        }
        return new ConversationsAnswer(page, More: false);
    }

    private static long Unread(Candidate candidate, string user, ReadPlace place)
    {
        if (!candidate.IsRoom)
            return candidate.Name == user ? 0 : candidate.Stream!.CountSentAfter(candidate.Count!.Value, place);
        if (candidate.IsEmpty)
            return 0;
        var own = candidate.Stream!.Find(user) is { } sent ? candidate.Stream.CountSentAfter(sent, place) : 0;
        return Math.Max(0, candidate.Stream.CountAfter(place.Offset) - own);
    }

    private KeptStream Kept(StreamView view, int retentionCount) => new(view, streams.Find(view.Stream.Name)?.Bounds.Trimmed ?? 0, retentionCount, counts);

    private Candidate Room(string name, KeptStream? stream)
    {
        if (stream?.IsEmpty != false)
            return new Candidate(name, null, 0, 0, null);
        var number = stream.View.Newest ?? 0;
        if (number == 0 && findNumber.Bind(1, stream.View.Stream.Id).Bind(2, stream.Head).Step())
        {
            number = findNumber.Int64(0);
            findNumber.Reset();
        }
        return new Candidate(name, stream, number, stream.Head, null);
    }

    /// <summary>The newest message; null when it is not in the file.</summary>
    private Message? Last(Candidate candidate, string epoch)
    {
        if (!findMessage.Bind(1, candidate.Message).Step())
            return null;
        var message = new Message
        {
            Stream = candidate.Stream!.Name,
            Offset = candidate.Offset,
            Position = new Position(epoch, candidate.Offset).ToString(),
            Id = findMessage.Text(0),
            From = findMessage.Text(1),
            To = findMessage.Text(2),
            SentAt = DateTimeOffset.FromUnixTimeMilliseconds(findMessage.Int64(3)),
            Content = findMessage.Text(4),
        };
        findMessage.Reset();
        return message;
    }

    /// <param name="Message">Number of the newest message.</param>
    /// <param name="Offset">Its offset.</param>
    /// <param name="Count">What the mailbox holds of a person.</param>
    private sealed record Candidate(string Name, KeptStream? Stream, long Message, long Offset, ConversationCount? Count)
    {
        public bool IsRoom => Name[0] == '#';

        /// <summary>Whether it is a room of which no message is kept.</summary>
        public bool IsEmpty => Message == 0;
    }
}

/// <summary>Which page to read.</summary>
/// <param name="Mailbox">The user's mailbox as memory has it; null when there is none.</param>
/// <param name="Rooms">The user's rooms in the order of their names, each as memory has it; null for one that nobody has written to.</param>
/// <param name="Before">The conversation that the page begins after; null for the newest.</param>
/// <param name="RetentionCount">Messages that a stream keeps; 0 for all.</param>
internal sealed record ConversationQuery(
    string User, StreamView? Mailbox, IReadOnlyList<(string Name, StreamView? View)> Rooms, string? Before, PageLimit Limit, int RetentionCount, string Epoch);
