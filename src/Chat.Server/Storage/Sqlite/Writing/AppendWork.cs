using System.Text;
using System.Threading.Tasks.Sources;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Appends a draft, and completes its sender's call.</summary>
internal sealed class AppendWork(Draft draft) : WriterWork, IValueTaskSource<Appended>
{
    // Hub calls continue on the thread that completes their commit. A back end's call may take long, and gets its own.
    private ManualResetValueTaskSourceCore<Appended> completion = new() { RunContinuationsAsynchronously = draft.IsPush };
    private Appended? appended;

    public override int Bytes { get; } = BaseBytes + Encoding.UTF8.GetByteCount(draft.Content);

    public override bool MayExpire => true;

    public override int BytesToDeliver { get; } = MessageSize.InJson(draft);

    public ValueTask<Appended> Task => new(this, completion.Version);

    public override bool IsDelivered => true;

    public override ILogChange? Change => appended;

    public override void Complete()
    {
        if (Refusal is not null)
            completion.SetException(Refusal);
        else
            completion.SetResult(appended!);
    }

    // Not on the writer's thread, because the caller continues on this one.
    public override void Fail(Exception reason) => ThreadPool.UnsafeQueueUserWorkItem(
        static failed =>
        {
            if (failed.Work.completion.GetStatus(failed.Work.completion.Version) == ValueTaskSourceStatus.Pending) // it may be complete when the log fails
                failed.Work.completion.SetException(failed.Reason);
        },
        (Work: this, Reason: reason), preferLocal: false);

    protected override void Write(LogTransaction transaction) => appended = transaction.Messages.Append(draft);

    Appended IValueTaskSource<Appended>.GetResult(short token) => completion.GetResult(token);
    ValueTaskSourceStatus IValueTaskSource<Appended>.GetStatus(short token) => completion.GetStatus(token);
    void IValueTaskSource<Appended>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);
}
