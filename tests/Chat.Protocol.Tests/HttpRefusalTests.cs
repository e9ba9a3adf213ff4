namespace Chat.Protocol.Tests;

public sealed class HttpRefusalTests
{
    [Theory]
    [InlineData("forbidden", "forbidden: This user is banned.", "forbidden", "This user is banned.")]
    [InlineData("forbidden", "<h1>Error</h1>", "forbidden", "The caller is not allowed to do this.")]
    [InlineData("forbidden", "rate_limited: Something else.", "forbidden", "The caller is not allowed to do this.")]
    [InlineData(null, "unauthenticated: Present a valid token.\n", "unauthenticated", "Present a valid token.")]
    public void AnswerOfTheServer_IsRead(string? header, string body, string code, string text)
    {
        var refusal = HttpRefusal.Read(header, body);

        refusal.Should().NotBeNull();
        (refusal!.Value.Error.Code, refusal.Value.Text).Should().Be((code, text));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(null, "forbidden")]
    [InlineData(null, "Forbidden: no")]
    [InlineData(null, "<h1>Blocked</h1>")]
    [InlineData("a_code_of_later", "a_code_of_later: Something new.")]
    public void OtherAnswer_IsNoRefusal(string? header, string body) => HttpRefusal.Read(header, body).Should().BeNull();

    [Fact]
    public void RefusalsOfTheUserOrTheToken_AreFinal() =>
        ChatError.All.Where(HttpRefusal.IsFinal).Should().Equal(ChatError.BadUserId, ChatError.Forbidden, ChatError.Unauthenticated);

    [Theory]
    [InlineData("A call has at most 5632 bytes: the server's Chat:Messaging:MaxFrameBytes is 256.", 5632L)]
    [InlineData("A call has at most many bytes.", null)]
    [InlineData("A call has at most 5", null)]
    [InlineData("A content has at most 256 bytes.", null)]
    public void CallLimit_IsRead(string text, long? limit) => CallLimit.Read(text).Should().Be(limit);
}
