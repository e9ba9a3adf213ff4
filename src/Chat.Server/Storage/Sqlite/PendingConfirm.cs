using Chat.Server.Messaging;

namespace Chat.Server.Storage.Sqlite;

/// <summary>Confirmed offsets on their way into the log.</summary>
internal sealed class PendingConfirm(IReadOnlyCollection<Confirmation> confirmations) : WriterWork
{
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => completion.Task;

    public override void Apply(LogTransaction transaction)
    {
        foreach (var confirmation in confirmations)
            transaction.Confirm(confirmation);
    }

    public override void Committed() => completion.SetResult();

    public override void Failed(Exception reason) => completion.SetException(reason);
}
