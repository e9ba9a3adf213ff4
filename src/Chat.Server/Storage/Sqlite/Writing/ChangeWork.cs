using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>Makes a change other than a message, and completes its caller's call.</summary>
/// <param name="change">Writes the change.</param>
/// <param name="bytes">Memory beyond that of every work item.</param>
internal class ChangeWork<T>(Func<LogTransaction, T> change, int bytes = 0) : WriterWork
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int Bytes => BaseBytes + bytes;

    public Task<T> Task => completion.Task;

    protected T? Result { get; private set; }

    public override void Complete()
    {
        if (Refusal is not null)
            completion.SetException(Refusal);
        else
            completion.SetResult(Result!);
    }

    public override void Fail(Exception reason) => completion.TrySetException(reason); // the call may be complete when the log fails

    protected override void Write(LogTransaction transaction) => Result = change(transaction);
}

/// <summary>Publishes a value of a topic.</summary>
internal sealed class PublishWork(Func<LogTransaction, TopicValue?> change, int bytes) : ChangeWork<TopicValue?>(change, bytes)
{
    public override bool MayExpire => true;
}

/// <summary>Moves a read mark. The user's other devices receive it in log order.</summary>
internal sealed class MarkReadWork(Func<LogTransaction, ReadMarkMoved> change) : ChangeWork<ReadMarkMoved>(change)
{
    public override bool IsDelivered => true;

    public override ILogChange? Change => Result is { IsNew: true } ? Result : null;
}

/// <summary>Joins or leaves a room, in order with the messages.</summary>
internal sealed class MembershipWork(Func<LogTransaction, Membership> change) : ChangeWork<Membership>(change)
{
    public override bool IsDelivered => true;

    public override ILogChange? Change => Result is { IsNew: true } ? Result : null;
}
