using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>A message in the open transaction, with its streams and offsets.</summary>
internal readonly record struct UncommittedMessage(
    long Number, string From, StreamState Recipient, long RecipientOffset, StreamState? Sender, long? SenderOffset)
{
    public void AddTo(LogIndex index)
    {
        index.Add(Recipient, RecipientOffset, Number, From, isFromPeer: true);
        if (Sender is not null)
            index.Add(Sender, SenderOffset!.Value, Number, Recipient.Name, isFromPeer: false);
    }

    public void Discard()
    {
        Recipient.DiscardUncommittedHead();
        Sender?.DiscardUncommittedHead();
    }
}
