using System.Text.RegularExpressions;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Samples;

/// <summary>Runs the clients of samples/raw without a browser, as its README does.</summary>
[Trait("Duration", "Long")]
public sealed partial class RawSamplesTests : IAsyncLifetime
{
    // Debian's Python has the package websockets; others may lack it.
    private const string Python = "/usr/bin/python3";

    private readonly ServerProcess server = new(Keys.Settings(("boss", "boss", ["admin"])));

    public Task InitializeAsync() => server.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task TwoPythonClients_ExchangeMessages()
    {
        await using var alice = Chat("alice", "bob");
        await using var bob = Chat("bob", "alice");
        await alice.TypeAsync("are you there: 😀?");
        await bob.WaitForLineAsync("alice:are you there: 😀?");
        await bob.TypeAsync("yes");
        await alice.WaitForLineAsync("bob:yes");
        (await alice.EndInputAsync()).Should().Be(0);
        (await bob.EndInputAsync()).Should().Be(0);
    }

    [Fact]
    public async Task PipedLines_AreStoredAtTheEnd()
    {
        string[] lines = [.. Enumerable.Range(1, 300).Select(i => $"line {i}")];
        await using var alice = Chat("alice", "#garden");
        await alice.TypeAsync(lines);
        (await alice.EndInputAsync()).Should().Be(0);
        await using var reader = await HubAsync("alice");
        (await reader.ReadAllAsync("#garden")).ConvertAll(message => message.Content).Should().Equal(lines);
    }

    [Fact]
    public async Task InvalidUtf8Input_IsSentWithReplacements()
    {
        await using var alice = RunningProgram.Start("sh", "-c", $"printf 'caf\\351\\nand on\\n' | {Python} chat.py alice bob ws://{server.Address.Authority}/api/home/connect");
        (await alice.EndAsync()).Should().Be(0);
        (await MailboxAsync("bob")).Should().Equal("alice:caf\ufffd", "alice:and on");
    }

    [Fact]
    public async Task RefusedLine_SetsTheExitCode()
    {
        await using var alice = Chat("alice", "system");
        await alice.TypeAsync("hi");
        (await alice.EndInputAsync()).Should().Be(1);
        alice.Shown.Should().ContainSingle().Which.Should().StartWith("system:error forbidden ");
    }

    [Fact]
    public async Task PythonClient_ReconnectsToAKilledServer()
    {
        await using var alice = Chat("alice", "bob");
        await alice.WaitForNoteAsync("connected");
        server.Kill();
        await alice.WaitForNoteAsync("closed 1006");
        await alice.TypeAsync("while it was down");
        await server.StartAsync();
        await using (var bob = await HubAsync("bob"))
            await bob.SendAsync("alice", "welcome back");
        await alice.WaitForLineAsync("bob:welcome back");
        (await alice.EndInputAsync()).Should().Be(0, because: "nothing was sent on the connection that broke");
        (await MailboxAsync("bob")).Should().BeEquivalentTo(["bob:welcome back", "alice:while it was down"]);
    }

    [Fact]
    public async Task KickedPythonClient_DoesNotReconnect()
    {
        await using var alice = Chat("alice", "bob");
        await alice.WaitForNoteAsync("connected");
        using var boss = Keys.Client(server.Address, "boss");
        await Wait.UntilAsync(async () => await (await boss.DeleteAsync("/api/v1/users/alice/connections")).Content.ReadAsStringAsync() == """{"closed":1}""", "The kick");
        (await alice.EndAsync()).Should().Be(1);
        await alice.WaitForNoteAsync("closed 4403");
    }

    [Fact]
    public async Task ControlCharacters_AreNotPrinted()
    {
        await using var alice = Chat("alice", "bob");
        await using var mallory = await HubAsync("mallory");
        await mallory.SendAsync("alice", "\u001b[2J\r\nbob:hi\u009b31m\u202eelif");
        await alice.WaitForLineAsync("mallory: [2J  bob:hi 31m elif");
    }

    [Fact]
    public async Task OutputWithoutReader_EndsThePythonClient()
    {
        await using var alice = RunningProgram.Start("sh", "-c", $"{Python} chat.py alice bob ws://{server.Address.Authority}/api/home/connect | head -n 1");
        await alice.WaitForNoteAsync("connected");
        await using var bob = await HubAsync("bob");
        var end = alice.EndAsync();
        while (!end.IsCompleted)
        {
            await bob.SendAsync("alice", "hi");
            await Task.WhenAny(end, Task.Delay(20));
        }
        (await end).Should().Be(0);
        alice.Shown.Should().Equal("bob:hi");
    }

    [Fact]
    public async Task ShellLine_SendsItsMessage()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "samples", "raw", "README.md"));
        var line = ShellLine().Match(readme).Groups[1].Value;
        line.Should().Contain("ws://localhost:5000/", because: "a server that is started by hand listens there");
        await using (var bob = await HubAsync("bob"))
            await bob.SendAsync("alice", "what waited");
        await using var shell = RunningProgram.Start("sh", "-c", line.Replace("localhost:5000", server.Address.Authority, StringComparison.Ordinal));
        (await shell.EndAsync()).Should().Be(0, because: shell.ToString());
        shell.Shown.Should().Equal("bob:what waited");
        (await MailboxAsync("bob")).Should().Equal("bob:what waited", "alice:hi: there");
    }

    private RunningProgram Chat(string user, string to) =>
        RunningProgram.Start(Python, "chat.py", user, to, $"ws://{server.Address.Authority}/api/home/connect");

    private Task<HubClient> HubAsync(string user) => HubClient.ConnectAsync(server.Address, user, log: () => server.Output);

    private async Task<List<string>> MailboxAsync(string user)
    {
        await using var reader = await HubAsync(user);
        return (await reader.ReadAllAsync(user)).ConvertAll(message => $"{message.From}:{message.Content}");
    }

    [GeneratedRegex(@"^```sh\n(.+)\n```$", RegexOptions.Multiline)]
    private static partial Regex ShellLine();
}
