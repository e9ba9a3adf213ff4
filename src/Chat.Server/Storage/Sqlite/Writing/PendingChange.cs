using Chat.Protocol;
using Chat.Server.Log;

namespace Chat.Server.Storage.Sqlite.Writing;

/// <summary>A change of what is no stream, on its way into the log, and the promise made to its caller.</summary>
/// <param name="bytes">What it costs the queue, beyond what every work does.</param>
internal class PendingChange<T>(Func<LogTransaction, T> change, int bytes = 0) : WriterWork
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int Bytes => base.Bytes + bytes;

    public Task<T> Task => completion.Task;

    protected T? Result { get; private set; }

    public override void Committed()
    {
        if (Refusal is not null)
            completion.SetException(Refusal);
        else
            completion.SetResult(Result!);
    }

    public override void Failed(Exception reason) => completion.SetException(reason);

    protected override void Change(LogTransaction transaction) => Result = change(transaction);
}

/// <summary>A new value of a topic.</summary>
internal sealed class PendingValue(Func<LogTransaction, TopicValue?> change, int bytes) : PendingChange<TopicValue?>(change, bytes)
{
    public override bool MayExpire => true;
}

/// <summary>A change of how far a user has read: its other devices hear of it behind what came before.</summary>
internal sealed class PendingRead(Func<LogTransaction, ReadMarkMoved> change) : PendingChange<ReadMarkMoved>(change)
{
    public override bool IsDelivered => true;

    public override ILogChange? Outcome => Result is { IsNew: true } ? Result : null;
}

/// <summary>A change of who is in a room: has its place among the messages.</summary>
internal sealed class PendingMembership(Func<LogTransaction, Membership> change) : PendingChange<Membership>(change)
{
    public override bool IsDelivered => true;

    public override ILogChange? Outcome => Result is { IsNew: true } ? Result : null;
}
