using Chat.Protocol;

namespace Chat.Server.Topics;

/// <summary>Waits for one value of a topic.</summary>
internal sealed class NextValue : IValueOutput
{
    private readonly TaskCompletionSource<TopicValue> value = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HearsAnswers => true;

    public Task<TopicValue> Value => value.Task;

    public void Enqueue(Subscription subscription)
    {
        if (subscription.Take() is { } published)
            value.TrySetResult(published.Value);
    }
}
