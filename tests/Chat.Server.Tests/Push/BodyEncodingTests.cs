using System.Net;
using System.Net.Http.Json;
using System.Text;
using Chat.Protocol;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Push;

/// <summary>Bytes that are not UTF-8 are refused with that reason, and never stored in another form.</summary>
public sealed class BodyEncodingTests() : ServerTest(Keys.Settings(("k", "office", ["push", "admin", "topics"])))
{
    [Theory]
    [InlineData("POST", "messages", """{"to":"alice","content":"café"}""")]
    [InlineData("POST", "messages", """{"to":"café","content":"hi"}""")]
    [InlineData("POST", "messages", """{"to":"alice","content":"hi","é":1}""")]
    [InlineData("POST", "messages/batch", """{"messages":[{"to":"alice","content":"hi"},{"to":"alice","content":"café"}]}""")]
    [InlineData("PUT", "topics/menu", "\"café\"")]
    [InlineData("PUT", "topic?topic=menu", """{"café":1}""")]
    public async Task Latin1Body_IsRefusedAsNotUtf8(string method, string call, string body)
    {
        (await DetailAsync(method, call, Encoding.Latin1.GetBytes(body))).Should().Be((HttpStatusCode.BadRequest, "bad_request", "The body is not UTF-8."));
        (await Server.MailboxAsync("alice")).Should().BeEmpty();
        using var http = Keys.Client(Server.Address, "k");
        (await http.GetAsync(new Uri("/api/v1/topics/menu", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")] // a byte order mark
    public async Task Utf16Body_IsRefusedAsNotUtf8(string mark) =>
        (await DetailAsync("POST", "messages", Encoding.Unicode.GetBytes(mark + """{"to":"alice","content":"hi"}"""))).Detail.Should().Be("The body is not UTF-8.");

    [Fact]
    public async Task Utf8Body_MayBeginWithAByteOrderMark()
    {
        using var http = Keys.Client(Server.Address, "k");
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("""{"to":"alice","content":"café"}""")]);
        (await http.PostAsync(new Uri("/api/v1/messages", UriKind.Relative), content)).StatusCode.Should().Be(HttpStatusCode.Created);
        (await Server.MailboxAsync("alice")).Single().Content.Should().Be("café");
    }

    [Fact]
    public async Task LoneSurrogateEscape_IsStillNotUnicode() =>
        (await DetailAsync("POST", "messages", """{"to":"alice","content":"\ud800"}"""u8.ToArray())).Code.Should().Be("bad_request");

    [Fact]
    public async Task IdempotencyKey_IsReadAsUtf8()
    {
        var body = """{"to":"alice","content":"hi"}"""u8.ToArray();
        var refused = await AskAsync(body, "Idempotency-Key: caf\u00e9");
        RawRequest.StatusOf(refused).Should().Be(400);
        refused.Should().Contain("The header Idempotency-Key is not UTF-8.");
        // The two bytes of é in UTF-8.
        var stored = await AskAsync(body, "Idempotency-Key: caf\u00c3\u00a9");
        RawRequest.StatusOf(stored).Should().Be(201);
        (await Server.MailboxAsync("alice")).Single().Id.Should().Be("café");
    }

    [Fact]
    public async Task UserIdInAnAddress_IsReadAsUtf8()
    {
        using var http = Server.Http();
        using var answer = await http.PostAsync(new Uri("/chat/negotiate?negotiateVersion=1&userid=caf%E9", UriKind.Relative), null);
        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).Should().Be("bad_user_id: The sender is not a valid user id. The query parameter userid is not UTF-8.");
        var raw = await Server.RawAsync(query: "?userid=caf%E9");
        (await raw.ReceiveAsync()).Should().StartWith("system:error bad_user_id ").And.EndWith(" not UTF-8.");
        // Browsers leave a percent sign as it is.
        var hub = await Server.RawAsync(query: "?userid=100%");
        await hub.SendAsync("100%:100%:hi");
        (await hub.ReceiveAsync()).Should().Be("100%:hi");
    }

    private Task<string> AskAsync(byte[] body, string header) => RawRequest.SendAsync(Server.Address, "POST /api/v1/messages", body, "Authorization: Bearer k", header);

    private async Task<(HttpStatusCode Status, string Code, string Detail)> DetailAsync(string method, string call, byte[] body)
    {
        using var http = Keys.Client(Server.Address, "k");
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{call}") { Content = new ByteArrayContent(body) };
        using var answer = await http.SendAsync(request);
        var problem = (await answer.Content.ReadFromJsonAsync<Problem>())!;
        return (answer.StatusCode, problem.Code, problem.Detail);
    }
}
