using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Limits;
using Chat.Server.Topics;
using Microsoft.Extensions.Options;

namespace Chat.Server.Tests.Topics;

public sealed class SubscribeTests
{
    [Fact]
    public async Task NoValueFallsBetweenWhatIsReadAndWhatIsSent()
    {
        var (log, output) = (new SlowLog(), new Output());
        var topics = new LiveTopics(log, Options.Create(new TopicOptions { ConflationWindow = TimeSpan.Zero }), Options.Create(new LimitsOptions()), TimeProvider.System);
        await topics.PublishAsync("$a", JsonElement.Parse("1"), null);
        var subscribing = topics.SubscribeAsync(new TopicSubscriptions(output), "$a", CancellationToken.None);
        await log.HasRead;
        await topics.PublishAsync("$a", JsonElement.Parse("2"), null);
        log.Answer();
        var answer = await subscribing;
        output.Sent.Append(answer!.Version).Max().Should().Be(2, because: "nothing comes after it");
    }

    /// <summary>A log that answers what it read a moment ago.</summary>
    private sealed class SlowLog : ITopicLog
    {
        private readonly TaskCompletionSource read = new(), answer = new();
        private TopicValue? value;

        public Task HasRead => read.Task;

        public void Answer() => answer.SetResult();

        public Task<TopicValue?> PublishAsync(TopicDraft draft)
        {
            value = new TopicValue(draft.Topic, draft.Value, (value?.Version ?? 0) + 1, DateTimeOffset.UnixEpoch);
            return Task.FromResult<TopicValue?>(value);
        }

        public async ValueTask<TopicValue?> GetValueAsync(string topic, CancellationToken cancellationToken)
        {
            var present = value;
            read.SetResult();
            await answer.Task;
            return present;
        }
    }

    private sealed class Output : IValueOutput
    {
        public bool HearsAnswers => true;

        public List<long> Sent { get; } = [];

        public void Enqueue(Subscription subscription) => Sent.Add(subscription.Take()!.Value.Version);
    }
}
