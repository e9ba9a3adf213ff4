using System.Net.Http.Json;
using System.Text.Json;
using Chat.Protocol;

namespace Chat.Client.Tests;

/// <summary>Topics, whose last value is never missed.</summary>
public sealed class TopicTests : WithServer
{
    [Fact]
    public async Task AReaderIsGivenTheValueAndThenNewerOnes()
    {
        await PublishAsync(1);
        await using var values = Client("alice").SubscribeAsync("$sales").GetAsyncEnumerator();
        (await NextAsync(values)).Should().Be(1);
        await PublishAsync(2);
        (await NextAsync(values)).Should().Be(2);
    }

    [Fact]
    public async Task ASubscriptionSurvivesTheServer()
    {
        await using var values = Client("alice").SubscribeAsync("$sales").GetAsyncEnumerator();
        var first = NextAsync(values);
        await PublishAsync(1);
        (await first).Should().Be(1);
        Server.Kill();
        await Server.StartAsync();
        await PublishAsync(2);
        (await NextAsync(values)).Should().Be(2, because: "the value that was known already is not given again");
    }

    [Fact]
    public async Task ASubscriptionSurvivesALogThatWasReplaced()
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
    public async Task ASlowReaderSkipsToTheNewest()
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
    public async Task WhenOneReaderEndsTheOthersReadOn()
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
        // An answer comes behind what was called before it.
        await alice.ReadAsync(new ReadRequest("alice"));
        (await PublishAsync(3)).Should().Be(0);
    }

    [Fact]
    public async Task ATopicThatMayNotBeHeardIsRefused()
    {
        await using var values = Client("alice").SubscribeAsync("$server.stats").GetAsyncEnumerator();
        (await RefusalAsync(values.MoveNextAsync().AsTask())).Error.Should().Be(ChatError.Forbidden);
    }

    private async Task<int> NextAsync(IAsyncEnumerator<TopicValue> values)
    {
        (await SoonAsync(values.MoveNextAsync().AsTask(), "A value")).Should().BeTrue();
        return values.Current.Value.GetInt32();
    }

    /// <summary>Publishes, and returns how many hear it.</summary>
    private async Task<int> PublishAsync(int value)
    {
        using var http = Operator();
        using var answer = await http.PutAsJsonAsync("topics/sales", value);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("subscribers").GetInt32();
    }
}
