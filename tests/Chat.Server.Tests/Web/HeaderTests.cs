using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Web;

public sealed class HeaderTests() : OnOneServer()
{
    [Theory]
    [InlineData("/")]
    [InlineData("/dashboard")]
    [InlineData("/raw/")]
    [InlineData("/raw/raw.js")]
    [InlineData("/no/such/page")]
    [InlineData("/chat")]
    [InlineData("/api/v1/users")]
    public async Task NothingButOwnFilesRunsInAPageAndNobodyFramesIt(string path)
    {
        using var http = Server.Http();
        using var answer = await http.GetAsync(path);
        string Header(string name) => string.Join(", ", answer.Headers.GetValues(name));
        var policy = Header("Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries);
        policy.Should().Contain(["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]);
        policy.Should().NotContain(part => part.Contains("unsafe", StringComparison.Ordinal) || part.Contains('*'));
        Header("X-Content-Type-Options").Should().Be("nosniff");
        Header("X-Frame-Options").Should().Be("DENY");
        Header("Referrer-Policy").Should().Be("no-referrer");
    }

    [Fact]
    public async Task WhatMayChangeIsAskedForAgain()
    {
        using var http = Server.Http();
        using var answer = await http.GetAsync("/raw/index.html");
        answer.Headers.CacheControl!.ToString().Should().Be("no-cache");
    }
}
