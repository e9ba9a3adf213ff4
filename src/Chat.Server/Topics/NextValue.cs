using Chat.Protocol;

namespace Chat.Server.Topics;

/// <summary>An output that waits for the next value of one topic.</summary>
internal sealed class NextValue : IValueOutput
{
    private readonly TaskCompletionSource<TopicValue> value = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool ReceivesAnswers => true;

    public Task<TopicValue> Value => value.Task;

    public void Enqueue(Subscription subscription)
    {
        if (subscription.Take() is { } published)
            value.TrySetResult(published.Value);
    }
}
