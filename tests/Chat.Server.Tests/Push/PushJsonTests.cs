using System.Text;
using System.Text.Json;
using Chat.Protocol;
using Chat.Protocol.Tests;
using Chat.Server.Push;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace Chat.Server.Tests.Push;

/// <summary>Every body, however broken, is read exactly or refused. <c>CHAT_SEED</c> repeats a run.</summary>
public sealed class PushJsonTests(ITestOutputHelper log)
{
    private const int Runs = 200_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly byte[][] Bodies =
    [
        .. ((string[])
        [
            """{"to":"alice","content":"hi: there","id":"order-17"}""",
            """{"to":"#room","content":"\u00e9\ud83d\ude00\r\n","from":"shop"}""",
            """{"messages":[{"to":"alice","content":"1"},{"to":"bob","content":"2"}]}""",
            """{"to":"alice","content":"x","to":"mallory"}""",
            """{"__proto__":{"to":"mallory"},"to":"alice","content":null,"extra":[[[[{}]]]]}""",
            """[1e999,-0,NaN,"\ud800"]""",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public async Task MutatedBody_IsReadExactlyOrRefused()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHAT_SEED"), out var given) ? given : Random.Shared.Next();
        log.WriteLine($"CHAT_SEED={seed}");
        var mutations = new Mutations(seed, Bodies);
        byte[] body = [];
        var (read, refused) = (0, 0);
        var trying = Task.Run(async () =>
        {
            for (var run = 0; run < Runs; run++)
            {
                body = mutations.Next();
                if (await TryAsync(body))
                    read++;
                else
                    refused++;
            }
        });
        try
        {
            await trying.WaitAsync(Patience);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"CHAT_SEED={seed}, body {Convert.ToHexString(body)}: {e.Message}", e);
        }
        read.Should().BeGreaterThan(Runs / 100);
        refused.Should().BeGreaterThan(Runs / 100);
    }

    /// <summary>Returns true when the body was read, and checks the result; false when it was refused.</summary>
    private static async Task<bool> TryAsync(byte[] body)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(body);
        PushRequest request;
        try
        {
            request = await context.Request.ReadAsync(HttpJson.Contracts.PushRequest);
        }
        catch (ChatException e)
        {
            e.Error.Should().Be(ChatError.BadRequest);
            return false;
        }
        using var document = JsonDocument.Parse(body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? body.AsMemory(3) : body);
        TextOf(document.RootElement, "to").Should().Be(request.To);
        TextOf(document.RootElement, "content").Should().Be(request.Content);
        TextOf(document.RootElement, "from").Should().Be(request.From);
        TextOf(document.RootElement, "id").Should().Be(request.Id);
        return true;
    }

    private static string? TextOf(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;
}
