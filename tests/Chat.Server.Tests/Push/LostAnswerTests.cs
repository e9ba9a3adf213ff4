using System.Text;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Storage.Sqlite;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Push;

/// <summary>A caller that leaves before the answer does not know whether its message is stored. It may safely send the message again.</summary>
public sealed class LostAnswerTests() : ServerTest(Keys.Settings(("k", "shop", ["push"])))
{
    [Fact]
    public async Task HubRetryAfterALostReceipt_StoresOnce()
    {
        var alice = await Server.HubAsync("alice");
        await using (await HeldLog.OfAsync(Server))
        {
            var sending = alice.Connection.InvokeAsync<Receipt>("Send", new SendRequest("bob", "hi", "key"));
            await alice.SubscribeAsync("$later"); // answered without the writer: the earlier call has entered the queue
            await alice.DisposeAsync();
            await FluentActions.Awaiting(() => sending).Should().ThrowAsync<Exception>();
        }
        await (await Server.HubAsync("alice")).SendAsync("bob", "hi", "key");
        (await Server.MailboxAsync("bob")).Should().ContainSingle();
    }

    [Fact]
    public async Task HttpRetryAfterALostAnswer_StoresOnce()
    {
        const string message = """{"to":"bob","content":"hi","id":"key"}""";
        using var http = Keys.Client(Server.Address, "k");
        await using (await HeldLog.OfAsync(Server))
        {
            var carol = await Server.HubAsync("carol");
            // The writer is blocked by the first of these messages, and the others wait for it.
            await WaitForAsync(() => carol.Connection.SendAsync("Send", new SendRequest("dave", "hi")), () => Log.Waiting > 0);
            var before = Log.Waiting;
            using var gone = new CancellationTokenSource();
            var sending = http.PostAsync("/api/v1/messages", new StringContent(message), gone.Token);
            await WaitForAsync(() => Task.CompletedTask, () => Log.Waiting > before);
            await gone.CancelAsync();
            await FluentActions.Awaiting(() => sending).Should().ThrowAsync<OperationCanceledException>();
        }
        using var answer = await http.PostAsync("/api/v1/messages", new StringContent(message, Encoding.UTF8));
        answer.EnsureSuccessStatusCode();
        (await Server.MailboxAsync("bob")).Should().ContainSingle();
    }

    private ILogHealth Log => Server.Services.GetRequiredService<ILogHealth>();

    private static Task WaitForAsync(Func<Task> act, Func<bool> isSo) => Wait.UntilAsync(
        async () =>
        {
            await act();
            return isSo();
        },
        "The messages to wait");
}
