using System.Text;
using Chat.Protocol;

namespace Chat.Server.Raw.Delivery;

/// <summary>The cursors of one raw connection: the mailbox of its user, and rooms. Most connections have no room, and pay for none.</summary>
/// <remarks>Takes no lock: <see cref="RawDelivery"/> calls it under its own.</remarks>
internal sealed class StreamCursors
{
    private Dictionary<string, StreamCursor>? rooms;

    /// <summary>Null until the first stream begins. Its name is the user id.</summary>
    public StreamCursor? Mailbox { get; private set; }

    public IReadOnlyCollection<string> Names => Mailbox is null ? [] : [Mailbox.Name, .. (IEnumerable<string>?)rooms?.Keys ?? []];

    /// <summary>Adds a stream. The first is the mailbox.</summary>
    public StreamCursor Add(string stream, long after)
    {
        var cursor = new StreamCursor(stream, after);
        if (Mailbox is null)
            Mailbox = cursor;
        else
            (rooms ??= new(StringComparer.Ordinal)).Add(stream, cursor);
        return cursor;
    }

    public void EndRoom(string room)
    {
        if (rooms?.Remove(room, out var cursor) == true)
            cursor.HasEnded = true;
    }

    /// <summary>Finds the stream of a live message; null if it has not begun. The frame of a room message begins with the room's name, which
    /// begins with #. A user id never does.</summary>
    public StreamCursor? Find(ColonRecord message)
    {
        var frame = message.Frame.Span;
        if (frame is not [(byte)'#', ..])
            return Mailbox;
        if (rooms is null)
            return null;
        Span<char> name = stackalloc char[Name.MaxBytes];
        var length = Encoding.UTF8.GetChars(frame[..frame.IndexOf((byte)':')], name);
        return rooms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out var room) ? room : null;
    }
}
