using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Base of tests that each start a server process and consoles.</summary>
public abstract class ServerProcessTest : IAsyncLifetime
{
    protected ServerProcess Server { get; } = new();

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected Task<HubClient> HubAsync(string user) => HubClient.ConnectAsync(Server.Address, user, log: () => Server.Output);

    /// <summary>Returns a user's mailbox as lines of a console.</summary>
    protected async Task<List<string>> MailboxAsync(string user)
    {
        await using var reader = await HubAsync(user);
        return (await reader.ReadAllAsync(user)).ConvertAll(message => $"{message.From} → {message.To}: {message.Content}");
    }
}
