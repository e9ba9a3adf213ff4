using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Client.Tests;

/// <summary>What the client makes of answers that no server of ours gives, or seldom.</summary>
public sealed class AnswerTests : IAsyncLifetime
{
    private readonly Script script = new();
    private WebApplication server = null!;
    private ChatClient client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(script).AddSignalR();
        server = builder.Build();
        server.MapHub<ScriptedHub>("/chat");
        await server.StartAsync();
        client = new ChatClient(new ChatClientOptions { Server = new Uri(server.Urls.Single()), User = "alice", MinReconnectDelay = TimeSpan.FromMilliseconds(100) });
    }

    public async Task DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task AnErrorThatIsNoRefusalReachesTheCaller()
    {
        script.Answers.Enqueue(new HubException("a fault that nobody foresaw"));
        await client.Invoking(alice => SoonAsync(alice.SendAsync("bob", "hi"))).Should().ThrowAsync<HubException>().WithMessage("*a fault that nobody foresaw");
        (await SoonAsync(client.SendAsync("bob", "then"))).Offset.Should().Be(2);
    }

    [Fact]
    public async Task ARefusalThatMayBeRetriedIs()
    {
        foreach (var error in (ChatError[])[ChatError.Unavailable, ChatError.RateLimited])
            script.Answers.Enqueue(new HubException(new ChatException(error).Refusal));
        (await SoonAsync(client.SendAsync("bob", "hi"))).Offset.Should().Be(3);
    }

    [Fact]
    public async Task AnErrorThatTheConnectionEndsWithIsNoAnswer()
    {
        var first = script.FirstConnection = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await client.ConnectAsync();
        var sending = client.SendAsync("bob", "hi");
        // SignalR fails the calls that wait with the same exception as the server's answers.
        first.SetException(new InvalidDataException("The connection cannot be kept."));
        (await SoonAsync(sending)).Offset.Should().Be(1);
    }

    private static Task<Receipt> SoonAsync(Task<Receipt> sending) => Wait.ForAsync(sending, "The receipt");

    internal sealed class Script
    {
        /// <summary>What the next calls fail with.</summary>
        public Queue<Exception> Answers { get; } = new();

        /// <summary>Ends the first connection when it fails.</summary>
        public TaskCompletionSource? FirstConnection { get; set; }

        public int Sent { get; set; }
    }

    internal sealed class ScriptedHub(Script script) : Hub
    {
        public override async Task OnConnectedAsync()
        {
            if (script.FirstConnection is { } first)
            {
                script.FirstConnection = null;
                await first.Task;
            }
        }

        public Receipt Send(SendRequest request)
        {
            script.Sent++;
            return script.Answers.TryDequeue(out var error) ? throw error : new Receipt(request.Id!, "alice", script.Sent, $"e.{script.Sent}", DateTimeOffset.UnixEpoch, false);
        }
    }
}
