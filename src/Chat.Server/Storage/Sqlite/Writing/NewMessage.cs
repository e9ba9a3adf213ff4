using Chat.Server.Storage.Sqlite.Index;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>A message that is written and not yet committed, and its places in the streams.</summary>
internal readonly record struct NewMessage(long Number, string From, StreamState Recipient, long RecipientOffset, StreamState? Sender, long? SenderOffset)
{
    public void AddTo(LogIndex index)
    {
        index.Add(Recipient, RecipientOffset, Number, From, isFromPeer: true);
        if (Sender is not null)
            index.Add(Sender, SenderOffset!.Value, Number, Recipient.Name, isFromPeer: false);
    }

    public void Discard()
    {
        Recipient.DiscardDraft(stored: Recipient.DraftStored);
        Sender?.DiscardDraft(stored: Sender.DraftStored);
    }
}
