using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Push;

[Trait("Duration", "Long")]
public sealed class MessagesTests() : ServerTest(Keys.Settings(
    ("push-key", "shop", ["push"]), ("all-key", "shop", ["push", "impersonate", "rooms", "topics", "admin"]), ("rooms-key", "office", ["rooms"])))
{
    [Fact]
    public async Task Push_ReachesEveryDeviceAndIsStoredOnce()
    {
        var (hub, raw, sender) = (await Server.HubAsync("alice"), await Server.RawAsync(query: "?userid=alice"), await Server.HubAsync("shop"));
        await raw.SendAsync("alice:alice:here");
        await raw.ReceiveAsync();
        await hub.ReceiveAsync();
        var (status, receipt) = await PostAsync("""{"to":"alice","content":"order: 17","later":1}""");
        status.Should().Be(HttpStatusCode.Created);
        var message = await hub.ReceiveAsync();
        message.Should().BeEquivalentTo(new { From = "shop", To = "alice", Stream = "alice", Offset = 2, Content = "order: 17" });
        receipt.ToJsonString().Should().Be($$"""{"id":"{{message.Id}}","stream":"alice","offset":2,"position":"{{message.Position}}","sentAt":"{{message.SentAt:yyyy-MM-ddTHH:mm:ss.fffZ}}","duplicate":false,"onlineConnections":2}""");
        (await raw.ReceiveAsync()).Should().Be("shop:order: 17");
        (await Server.MailboxAsync("shop")).Should().BeEmpty(because: "only the recipient's entry is stored");
        await hub.SendAsync("shop", "thanks");
        (await sender.ReceiveAsync()).Content.Should().Be("thanks");
    }

    [Fact]
    public async Task ImpersonatedMessage_IsCopiedToItsSender()
    {
        var (alice, bob) = (await Server.HubAsync("alice"), await Server.HubAsync("bob"));
        (await PostAsync("""{"to":"bob","content":"hi","from":"alice"}""")).Status.Should().Be(HttpStatusCode.Forbidden);
        var (_, receipt) = await PostAsync("""{"to":"bob","content":"hi","from":"alice","id":"k"}""", "all-key");
        ((string?)receipt["stream"]).Should().Be("bob");
        (await bob.ReceiveAsync()).From.Should().Be("alice");
        (await alice.ReceiveAsync()).Should().BeEquivalentTo(new { Stream = "alice", To = "bob", Offset = 1 });
        (await alice.SendAsync("bob", "hi", "k")).Should().BeEquivalentTo(new { Stream = "alice", Offset = 1, Duplicate = true });
        (await PostAsync("""{"to":"bob","content":"hi","from":"alice","id":"k"}""", "all-key")).Answer["stream"]!.ToString().Should().Be("bob");
    }

    [Fact]
    public async Task PushToARoom_NeedsNoMembership()
    {
        var alice = await Server.HubAsync("alice");
        await alice.JoinAsync("#garden");
        var (_, receipt) = await PostAsync("""{"to":"#garden","content":"rain at noon"}""");
        receipt["stream"]!.ToString().Should().Be("#garden");
        ((int)receipt["onlineConnections"]!).Should().Be(1);
        (await alice.ReceiveAsync()).Should().BeEquivalentTo(new { Stream = "#garden", From = "shop", Content = "rain at noon" });
    }

    [Fact]
    public async Task RepeatedKey_ReturnsTheFirstReceipt()
    {
        var (status, first) = await PostAsync("""{"to":"alice","content":"hi","id":"k"}""");
        status.Should().Be(HttpStatusCode.Created);
        (status, var second) = await PostAsync("""{"to":"alice","content":"hi"}""", header: "k");
        status.Should().Be(HttpStatusCode.OK);
        first["duplicate"] = true;
        JsonNode.DeepEquals(first, second).Should().BeTrue();
        (status, var problem) = await PostAsync("""{"to":"alice","content":"other","id":"k"}""");
        status.Should().Be(HttpStatusCode.UnprocessableEntity);
        problem["code"]!.ToString().Should().Be("key_conflict");
        (await PostAsync("""{"to":"alice","content":"hi","id":"k"}""", header: "l")).Status.Should().Be(HttpStatusCode.BadRequest);
        (await PostAsync("""{"to":"alice","content":"hi","id":"k"}""", header: "k")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task TwoIdempotencyKeyHeaders_Return400()
    {
        // HttpClient would write them as one line.
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(Server.Address.Host, Server.Address.Port);
        const string body = """{"to":"alice","content":"hi"}""";
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/messages HTTP/1.1\r\nHost: {Server.Address.Authority}\r\nConnection: close\r\nAuthorization: Bearer push-key\r\n"
            + $"Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        using var answer = new StreamReader(tcp.GetStream());
        (await Wait.ForAsync(answer.ReadToEndAsync(), "The answer")).Should().StartWith("HTTP/1.1 400 ").And.Contain("Idempotency-Key");
        (await Server.MailboxAsync("alice")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("", 400, "bad_request")]
    [InlineData("null", 400, "bad_request")]
    [InlineData("[]", 400, "bad_request")]
    [InlineData("{", 400, "bad_request")]
    [InlineData("""{"to":5,"content":"x"}""", 400, "bad_request")]
    [InlineData("""{"to":"alice"}""", 400, "bad_request")]
    [InlineData("""{"to":"alice","content":"\ud800"}""", 400, "bad_request")]
    [InlineData("""{"to":"alice","to":"bob","content":"x"}""", 400, "bad_request")]
    [InlineData("""{"to":"alice","content":"x"} {}""", 400, "bad_request")]
    [InlineData("""{"to":"alice","content":"x","id":""}""", 400, "bad_request")]
    [InlineData("""{"content":"x"}""", 400, "bad_recipient")]
    [InlineData("""{"to":"a:b","content":"x"}""", 400, "bad_recipient")]
    [InlineData("""{"to":"$a","content":"x"}""", 400, "bad_recipient")]
    [InlineData("""{"to":"system","content":"x"}""", 403, "forbidden")]
    [InlineData("""{"to":"alice","content":"x","from":"system"}""", 403, "forbidden")]
    [InlineData("""{"to":"alice","content":"x","from":"#a"}""", 400, "bad_user_id")]
    public async Task InvalidMessage_ReturnsAProblem(string body, int status, string code)
    {
        var (answered, problem) = await PostAsync(body, "all-key");
        ((int)answered).Should().Be(status);
        problem.AsObject().Select(property => property.Key).Should().Equal("code", "title", "status", "detail");
        problem["code"]!.ToString().Should().Be(code);
        ((int)problem["status"]!).Should().Be(status);
        problem["detail"]!.ToString().Should().NotContain("Chat.", because: "problems do not name internal types");
        (await Server.MailboxAsync("alice")).Should().BeEmpty();
    }

    [Fact]
    public async Task TooLongContent_Returns413()
    {
        (await PostAsync($$"""{"to":"alice","content":"{{new string('x', 65537)}}"}""")).Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync($$"""{"to":"alice","content":"{{new string('x', 65536)}}"}""")).Status.Should().Be(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"messages":{"to":"alice","content":"x"}}""")]
    [InlineData("""{"messages":[{"to":"alice","content":"x"}],"messages":[{"to":"alice","content":"y"}]}""")]
    public async Task InvalidBatch_IsRefusedAsAWhole(string body)
    {
        using var http = Keys.Client(Server.Address, "push-key");
        using var answer = await http.PostAsync("/api/v1/messages/batch", new StringContent(body));
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await Server.MailboxAsync("alice")).Should().BeEmpty();
    }

    [Fact]
    public async Task Batch_AcceptsItsValidItems()
    {
        var items = Enumerable.Range(0, 1000).Select(i => $$"""{"to":"alice","content":"{{i}}","id":"id{{i}}"}""").ToList();
        items[10] = """{"to":"a:b","content":"x"}""";
        items[500] = """{"to":"alice","to":"bob","content":"x"}""";
        items[999] = "7";
        var body = $$"""{"messages":[{{string.Join(',', items)}}]}""";
        foreach (var again in (bool[])[false, true])
        {
            var (status, answer) = await PostAsync(body, path: "messages/batch");
            status.Should().Be(HttpStatusCode.OK);
            var results = answer["results"]!.AsArray();
            results.Should().HaveCount(1000);
            var offset = 0;
            foreach (var (i, result) in results.Index())
                if (i is 10 or 500 or 999)
                    result!["code"]!.ToString().Should().Be(i == 10 ? "bad_recipient" : "bad_request");
                else
                    result!.ToJsonString().Should().StartWith($$"""{"id":"id{{i}}","stream":"alice","offset":{{++offset}},""").And.Contain($"\"duplicate\":{(again ? "true" : "false")}");
        }
        (await Server.MailboxAsync("alice")).Select(message => message.Content).Should().Equal(
            Enumerable.Range(0, 1000).Where(i => i is not (10 or 500 or 999)).Select(i => $"{i}"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":{}}""")]
    public async Task EmptyBatch_IsABadRequest(string body) =>
        (await PostAsync(body, path: "messages/batch")).Answer["code"]!.ToString().Should().Be("bad_request");

    [Fact]
    public async Task BatchOver1000_Returns400() =>
        (await PostAsync($$"""{"messages":[{{string.Join(',', Enumerable.Repeat("""{"to":"alice","content":"x"}""", 1001))}}]}""", path: "messages/batch"))
            .Status.Should().Be(HttpStatusCode.BadRequest);

    [Fact]
    public async Task CallWithoutTheScope_IsRefused()
    {
        (await PostAsync("""{"to":"alice","content":"x"}""", "rooms-key")).Answer["code"]!.ToString().Should().Be("forbidden");
        foreach (var key in (string?[])["wrong", "", null, Keys.Sha256("push-key")])
        {
            using var http = Server.Http();
            if (key is not null)
                http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            using var answer = await http.PostAsJsonAsync("/api/v1/messages", new { to = "alice", content = "x" });
            answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            answer.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
            answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
            (await answer.Content.ReadFromJsonAsync<Problem>())!.Code.Should().Be("unauthenticated");
        }
        (await Server.MailboxAsync("alice")).Should().BeEmpty();
    }

    [Fact]
    public async Task UnknownPathMethodOrTopic_ReturnsAProblem()
    {
        using var http = Keys.Client(Server.Address, "all-key");
        foreach (var (method, path, status) in (List<(HttpMethod, string, int)>)[
            (HttpMethod.Get, "nothing", 404), (HttpMethod.Delete, "messages", 405), (HttpMethod.Get, "topics/a", 404), (HttpMethod.Get, "topics/a%20b", 400)])
        {
            using var answer = await http.SendAsync(new HttpRequestMessage(method, $"/api/v1/{path}"));
            ((int)answer.StatusCode).Should().Be(status);
            (await answer.Content.ReadFromJsonAsync<Problem>())!.Status.Should().Be(status);
        }
    }

    [Fact]
    public async Task CallsWhileTheLogCannotWrite_Return503()
    {
        await using (await HeldLog.OfAsync(Server))
        {
            using var http = Keys.Client(Server.Address, "all-key");
            var sending = http.PostAsJsonAsync("/api/v1/messages", new { to = "alice", content = "refused" });
            var batching = http.PostAsJsonAsync("/api/v1/messages/batch", new { messages = new[] { new { to = "alice", content = "refused" } } });
            var publishing = http.PutAsync(new Uri("/api/v1/topics/a", UriKind.Relative), new StringContent("1"));
            var joining = http.PutAsync(new Uri("/api/v1/rooms/a/members/alice", UriKind.Relative), null);
            foreach (var call in (Task<HttpResponseMessage>[])[sending, batching, publishing, joining])
            {
                using var answer = await Wait.ForAsync(call, "An answer");
                answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
                answer.Headers.RetryAfter.Should().NotBeNull();
                answer.Headers.RetryAfter!.Delta.Should().BePositive();
                (await answer.Content.ReadFromJsonAsync<Problem>())!.Code.Should().Be("unavailable");
            }
        }
        (await PostAsync("""{"to":"alice","content":"accepted"}""")).Status.Should().Be(HttpStatusCode.Created);
        (await Server.MailboxAsync("alice")).Should().ContainSingle().Which.Content.Should().Be("accepted");
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string body, string key = "push-key", string? header = null, string path = "messages")
    {
        using var http = Keys.Client(Server.Address, key);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (header is not null)
            request.Headers.Add("Idempotency-Key", header);
        using var answer = await http.SendAsync(request);
        answer.Content.Headers.ContentType!.MediaType.Should().Be(answer.IsSuccessStatusCode ? "application/json" : "application/problem+json");
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
