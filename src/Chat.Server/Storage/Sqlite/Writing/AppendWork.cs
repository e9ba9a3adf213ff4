using System.Text;
using System.Threading.Tasks.Sources;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Appends a draft, and completes its sender's call.</summary>
internal sealed class AppendWork(Draft draft) : WriterWork, IValueTaskSource<Appended>
{
    private ManualResetValueTaskSourceCore<Appended> completion = new() { RunContinuationsAsynchronously = true };
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

    public override void Fail(Exception reason)
    {
        if (completion.GetStatus(completion.Version) == ValueTaskSourceStatus.Pending) // it may be complete when the log fails
            completion.SetException(reason);
    }

    protected override void Write(LogTransaction transaction) => appended = transaction.Messages.Append(draft);

    Appended IValueTaskSource<Appended>.GetResult(short token) => completion.GetResult(token);
    ValueTaskSourceStatus IValueTaskSource<Appended>.GetStatus(short token) => completion.GetStatus(token);
    void IValueTaskSource<Appended>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);
}
