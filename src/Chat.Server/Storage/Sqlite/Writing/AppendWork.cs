using System.Text;
using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Appends a draft, and completes its sender's call.</summary>
internal sealed class AppendWork(Draft draft) : WriterWork
{
    // Hub calls continue on the thread that completes their commit. A back end's call may take long, and gets its own.
    private readonly TaskCompletionSource<Receipt> completion = new(
        draft.IsPush ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    private Appended? appended;

    public override int Bytes { get; } = BaseBytes + Encoding.UTF8.GetByteCount(draft.Content);

    public override bool MayExpire => true;

    public override int BytesToDeliver { get; } = MessageSize.InJson(draft);

    public Task<Receipt> Task => completion.Task;

    public override bool IsDelivered => true;

    public override ILogChange? Change => appended;

    public override void Complete()
    {
        if (Refusal is not null)
            Fail(Refusal);
        else
            completion.SetResult(appended!.Receipt);
    }

    // On a thread of the pool. The caller continues on it, and exceptions would slow the writer and the delivery.
    public override void Fail(Exception reason) => ThreadPool.UnsafeQueueUserWorkItem(
        static failed => failed.completion.TrySetException(failed.reason), // the call may be complete when the log fails
        (completion, reason), preferLocal: false);

    protected override void Write(LogTransaction transaction)
    {
        appended = transaction.Messages.Append(draft);
        appended.AddedAt = AddedAt;
    }
}
