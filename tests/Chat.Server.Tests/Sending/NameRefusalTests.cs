using System.Net.Http.Json;
using Chat.Protocol;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Sending;

/// <summary>Every endpoint that refuses a name states the character or the rule.</summary>
public sealed class NameRefusalTests() : ServerTest(Keys.Settings(("k", "office", ["push", "rooms", "admin", "topics"])))
{
    private const string Bad = "ali\u200bce";
    private const string Problem = "Character 4 is U+200B, a format character.";
    private const string BadUser = "The sender is not a valid user id. " + Problem;
    private const string BadTarget = "The target is not a valid name. " + Problem;
    private const string Persian = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627";
    private const string Family = "\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466";

    [Fact]
    public async Task NameWithJoiners_IsAcceptedByEveryEndpoint()
    {
        foreach (var name in (string[])[Persian, Family, "\u0dc1\u0dca\u200d\u0dbb\u0dd3"])
        {
            var hub = await Server.HubAsync(name);
            var raw = await Server.RawAsync(name);
            await hub.JoinAsync("#" + name);
            await raw.SendAsync($"{name}:{name}:hi");
            (await raw.ReceiveAsync()).Should().Be($"{name}:hi");
            (await hub.ReceiveAsync()).Stream.Should().Be(name);
            using var http = Keys.Client(Server.Address, "k");
            (await http.PostAsJsonAsync("/api/v1/messages", new { to = name, content = "order", id = name })).EnsureSuccessStatusCode();
            (await raw.ReceiveAsync()).Should().Be("office:order");
            (await http.GetFromJsonAsync<MembersAnswer>($"/api/v1/members?room={Uri.EscapeDataString(name)}"))!.Members.Should().Equal(name);
        }
    }

    [Fact]
    public async Task NameWithoutItsJoiner_IsAnotherUser()
    {
        var with = await Server.HubAsync(Persian);
        await with.SendAsync(Persian.Replace("\u200c", "", StringComparison.Ordinal), "hi");
        (await Server.MailboxAsync(Persian)).Single().Stream.Should().Be(Persian, because: "only the sent copy is here");
    }

    [Fact]
    public async Task BadNameInRawFrame_NamesTheCharacter()
    {
        var raw = await Server.RawAsync();
        await raw.SendAsync($"{Bad}:bob:hi");
        (await raw.ReceiveAsync()).Should().Be($"system:error bad_user_id {BadUser}");
        await raw.SendAsync($"alice:{Bad}:hi");
        (await raw.ReceiveAsync()).Should().Be($"system:error bad_recipient {BadTarget}");
        await raw.SendAsync("alice:$topic:hi");
        (await raw.ReceiveAsync()).Should().Be("system:error bad_recipient The target is not a valid name. It begins with $, as topics do.");
        await raw.SendAsync("alice:# a:");
        (await raw.ReceiveAsync()).Should().StartWith("system:error bad_recipient ").And.EndWith("It has white space after #.");
        await raw.SendAsync($"alice:{new string('b', 300)}:hi");
        (await raw.ReceiveAsync()).Should().EndWith("It has more than 64 characters.");
        var address = await Server.RawAsync(query: "?userid=ali%E2%80%8Bce");
        (await address.ReceiveAsync()).Should().Be($"system:error bad_user_id {BadUser}");
    }

    [Fact]
    public async Task BadNameInHubCall_NamesTheCharacter()
    {
        var hub = await Server.HubAsync("alice");
        (await RefusalAsync(() => hub.SendAsync(Bad, "hi"))).Should().Be($"bad_recipient: {BadTarget}");
        (await RefusalAsync(() => hub.SendAsync("bob", "hi", Bad))).Should().Be($"bad_request: The id is not valid. {Problem}");
        (await RefusalAsync(() => hub.JoinAsync("#" + Bad))).Should().Be("bad_recipient: The room is not a valid name. Character 5 is U+200B, a format character.");
        (await RefusalAsync(() => hub.JoinAsync("garden"))).Should().Be("bad_recipient: The room is not a valid name. It does not begin with #.");
        (await RefusalAsync(() => hub.SubscribeAsync("$a b"))).Should().Be("bad_recipient: The topic is not a valid name. Character 3 is U+0020, not one of A-Z a-z 0-9 . _ -.");
        using var http = Server.Http();
        using var negotiation = await http.PostAsync(new Uri("/chat/negotiate?negotiateVersion=1&userid=ali%E2%80%8Bce", UriKind.Relative), null);
        (await negotiation.Content.ReadAsStringAsync()).Should().Be($"bad_user_id: {BadUser}");
    }

    [Fact]
    public async Task BadNameInHttpCall_NamesTheCharacter()
    {
        using var http = Keys.Client(Server.Address, "k");
        (await DetailAsync(await http.PostAsJsonAsync("/api/v1/messages", new { to = Bad, content = "hi" }))).Should().Be(BadTarget);
        (await DetailAsync(await http.PostAsJsonAsync("/api/v1/messages", new { to = "bob", content = "hi", id = "a\u001b[2J" }))).Should().Be("The id is not valid. Character 2 is U+001B, a control character.");
        (await DetailAsync(await http.GetAsync(new Uri("/api/v1/user?user=ali%E2%80%8Bce", UriKind.Relative)))).Should().Be(BadTarget);
        (await DetailAsync(await http.GetAsync(new Uri("/api/v1/users/ali%E2%80%8Bce", UriKind.Relative)))).Should().Be(BadTarget);
    }

    [Fact]
    public async Task BadTokenSubject_NamesTheCharacter()
    {
        await using var server = await TestServer.StartAsync(Tokens.Settings);
        using var http = Keys.Client(server.Address, Tokens.Of(Bad));
        using var negotiation = await http.PostAsync(new Uri("/chat/negotiate?negotiateVersion=1", UriKind.Relative), null);
        (await negotiation.Content.ReadAsStringAsync()).Should().Be($"bad_user_id: {BadUser}");
        await using var raw = await RawClient.ConnectAsync(server.Address, $"?access_token={Tokens.Of(Bad)}");
        (await raw.ReceiveCloseAsync()).Should().Be(4401);
        raw.CloseText.Should().Be(BadUser);
    }

    [Fact]
    public async Task BadNameInSettings_IsShownEscaped()
    {
        await using var server = new ServerProcess(new(Keys.Settings(("k", "a\u001b[2Jb", ["push"]))) { ["Chat:RawWebSocket:NoticeSender"] = Bad });
        (await server.RunAsync()).Should().Be(1);
        server.Output.Should()
            .Contain("Chat:RawWebSocket:NoticeSender = 'aliU+200Bce': Give a user id: 1 to 64 characters without a colon. " + Problem).And
            .Contain("Chat:Push:ApiKeys:0:Name = 'aU+001B[2Jb': Give a user id: 1 to 64 characters without a colon. Character 2 is U+001B, a control character.").And
            .NotContain("\u001b").And.NotContain("\u200b");
    }

    private static async Task<string> RefusalAsync(Func<Task> call)
    {
        var refusal = (await call.Should().ThrowAsync<Exception>()).Which.Message;
        return refusal[(refusal.LastIndexOf("HubException: ", StringComparison.Ordinal) + "HubException: ".Length)..];
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        using (answer)
            return (await answer.Content.ReadFromJsonAsync<Problem>())!.Detail;
    }
}
