using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Admission;
using Chat.Server.Log;
using Chat.Server.Topics;
using Microsoft.Extensions.Options;

namespace Chat.Server.Tests.Topics;

public sealed class SubscribeTests
{
    [Fact]
    public async Task PublishDuringSubscribe_IsNotMissed()
    {
        var (log, output) = (new SlowLog(), new Output());
        var topics = new LiveTopics(log, Options.Create(new TopicOptions { ConflationWindow = TimeSpan.Zero }), Options.Create(new LimitsOptions()), TimeProvider.System);
        await topics.PublishAsync("$a", JsonElement.Parse("1"), null);
        var subscribing = topics.SubscribeAsync(new TopicSubscriptions(output), "$a", CancellationToken.None);
        await log.HasRead;
        await topics.PublishAsync("$a", JsonElement.Parse("2"), null);
        log.Answer();
        var answer = await subscribing;
        output.Sent.Append(answer!.Version).Max().Should().Be(2, because: "no later value follows");
    }

    [Fact]
    public async Task LateValue_IsNotSentAfterANewerAnswer()
    {
        var (log, output, late) = (new SlowLog(), new Output(), new TaskCompletionSource());
        var topics = new LiveTopics(log, Options.Create(new TopicOptions { ConflationWindow = TimeSpan.Zero }), Options.Create(new LimitsOptions()), TimeProvider.System);
        log.Published = late.Task;
        var publishing = topics.PublishAsync("$a", JsonElement.Parse("1"), null);
        log.Published = Task.CompletedTask;
        await topics.PublishAsync("$a", JsonElement.Parse("2"), null);
        log.Answer();
        (await topics.SubscribeAsync(new TopicSubscriptions(output), "$a", CancellationToken.None))!.Version.Should().Be(2);
        late.SetResult();
        (await publishing)!.Version.Should().Be(1);
        output.Sent.Should().BeEmpty(because: "versions never decrease");
    }

    /// <summary>A log that answers late with the value that it read earlier.</summary>
    private sealed class SlowLog : ITopicLog
    {
        private readonly TaskCompletionSource read = new(), answer = new();
        private TopicValue? value;

        public Task HasRead => read.Task;

        /// <summary>Completes when a value that is published now is durable.</summary>
        public Task Published { get; set; } = Task.CompletedTask;

        public void Answer() => answer.SetResult();

        public async Task<TopicValue?> PublishAsync(PendingTopicValue draft)
        {
            var published = value = new TopicValue(draft.Topic, draft.Value, (value?.Version ?? 0) + 1, DateTimeOffset.UnixEpoch);
            await Published;
            return published;
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
        public bool ReceivesAnswers => true;

        public List<long> Sent { get; } = [];

        public void Enqueue(Subscription subscription) => Sent.Add(subscription.Take()!.Value.Version);
    }
}
