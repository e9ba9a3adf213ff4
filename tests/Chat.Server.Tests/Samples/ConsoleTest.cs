using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>The base of tests with one server in the test process, and consoles.</summary>
public abstract class ConsoleTest : ConsoleTest<TestServer>
{
    protected override Task<TestServer> StartAsync() => TestServer.StartAsync();
}

/// <summary>The base of tests with one server and consoles.</summary>
public abstract class ConsoleTest<TServer> : ServerTest<TServer>
    where TServer : IRunningServer
{
    protected Task<HubClient> HubAsync(string user) => HubClient.ConnectAsync(Server.Address, user, log: () => Server.LogText);

    /// <summary>Returns a user's mailbox as lines of a console.</summary>
    protected async Task<List<string>> MailboxAsync(string user)
    {
        await using var reader = await HubAsync(user);
        return (await reader.ReadAllAsync(user)).ConvertAll(message => $"{message.From} → {message.To}: {message.Content}");
    }
}
