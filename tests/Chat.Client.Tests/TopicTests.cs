using System.Net.Http.Json;
using System.Text.Json;
using Chat.Protocol;

namespace Chat.Client.Tests;

/// <summary>Subscriptions to topics.</summary>
public sealed class TopicTests : ClientRestartTest
{
    [Fact]
    public async Task Subscriber_GetsTheValueAndNewerOnes()
    {
        await PublishAsync(1);
        await using var values = Client("alice").SubscribeAsync("$sales").GetAsyncEnumerator();
        (await NextAsync(values)).Should().Be(1);
        await PublishAsync(2);
        (await NextAsync(values)).Should().Be(2);
    }

    [Fact]
    public async Task Subscription_SurvivesAServerRestart()
    {
        await using var values = Client("alice").SubscribeAsync("$sales").GetAsyncEnumerator();
        var first = NextAsync(values);
        await PublishAsync(1);
        (await first).Should().Be(1);
        Server.Kill();
        await Server.StartAsync();
        await PublishAsync(2);
        (await NextAsync(values)).Should().Be(2, because: "a known value is not returned again");
    }

    [Fact]
    public async Task Subscription_SurvivesAReplacedLog()
    {
        await using var values = Client("alice").SubscribeAsync("$sales").GetAsyncEnumerator();
        var first = NextAsync(values);
        await PublishAsync(1);
        (await first).Should().Be(1);
        await PublishAsync(2);
        (await NextAsync(values)).Should().Be(2);
        Server.Kill();
        foreach (var file in Directory.EnumerateFiles(Server.Folder, "chat.db*"))
            File.Delete(file);
        await Server.StartAsync();
        await PublishAsync(3);
        (await NextAsync(values)).Should().Be(3);
    }

    [Fact]
    public async Task SlowSubscriber_SkipsToTheNewest()
    {
        var alice = Client("alice");
        await PublishAsync(0);
        await using var slow = alice.SubscribeAsync("$sales").GetAsyncEnumerator();
        await using var quick = alice.SubscribeAsync("$sales").GetAsyncEnumerator();
        (await NextAsync(slow)).Should().Be(0);
        (await NextAsync(quick)).Should().Be(0);
        for (var i = 1; i <= 5; i++)
        {
            await PublishAsync(i);
            (await NextAsync(quick)).Should().Be(i);
        }
        (await NextAsync(slow)).Should().Be(5);
    }

    [Fact]
    public async Task EndedSubscriber_DoesNotEndOthers()
    {
        var alice = Client("alice");
        await using var staying = alice.SubscribeAsync("$sales").GetAsyncEnumerator();
        await PublishAsync(1);
        (await NextAsync(staying)).Should().Be(1);
        await using (var leaving = alice.SubscribeAsync("$sales").GetAsyncEnumerator())
            (await NextAsync(leaving)).Should().Be(1);
        (await PublishAsync(2)).Should().Be(1, because: "there is a subscription");
        (await NextAsync(staying)).Should().Be(2);
        await staying.DisposeAsync();
        // The answer of this call follows that of the earlier Unsubscribe.
        await alice.ReadAsync(new ReadRequest("alice"));
        (await PublishAsync(3)).Should().Be(0);
    }

    [Fact]
    public async Task ForbiddenTopic_IsRefused()
    {
        await using var values = Client("alice").SubscribeAsync("$server.stats").GetAsyncEnumerator();
        (await RefusalAsync(values.MoveNextAsync().AsTask())).Error.Should().Be(ChatError.Forbidden);
    }

    private async Task<int> NextAsync(IAsyncEnumerator<TopicValue> values)
    {
        (await SoonAsync(values.MoveNextAsync().AsTask(), "A value")).Should().BeTrue();
        return values.Current.Value.GetInt32();
    }

    /// <summary>Publishes a value, and returns the number of subscribers.</summary>
    private async Task<int> PublishAsync(int value)
    {
        using var http = Operator();
        using var answer = await http.PutAsJsonAsync("topics/sales", value);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("subscribers").GetInt32();
    }
}
