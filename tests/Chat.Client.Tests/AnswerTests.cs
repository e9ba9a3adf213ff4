using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Client.Tests;

/// <summary>Answers that a Chat server gives never or rarely.</summary>
public sealed class AnswerTests : IAsyncLifetime
{
    private readonly Script script = new();
    private WebApplication server = null!;
    private ChatClient client = null!;

    public async Task InitializeAsync()
    {
        server = await HubHost.StartAsync<ScriptedHub>(script);
        client = new ChatClient(new ChatClientOptions
        {
            Server = new Uri(server.Urls.Single()),
            User = "alice",
            MinReconnectDelay = TimeSpan.FromMilliseconds(100),
        });
    }

    public async Task DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task ErrorWithoutRefusal_ReachesTheCaller()
    {
        script.Answers.Enqueue(new HubException("an unexpected fault"));
        await client.Invoking(alice => SoonAsync(alice.SendAsync("bob", "hi"))).Should().ThrowAsync<HubException>().WithMessage("*an unexpected fault");
        (await SoonAsync(client.SendAsync("bob", "then"))).Offset.Should().Be(2);
    }

    [Fact]
    public async Task RetryableRefusal_IsRetried()
    {
        foreach (var error in (ChatError[])[ChatError.Unavailable, ChatError.RateLimited])
            script.Answers.Enqueue(new HubException(new ChatException(error).Refusal));
        (await SoonAsync(client.SendAsync("bob", "hi"))).Offset.Should().Be(3);
    }

    [Fact]
    public async Task ErrorOfTheConnection_IsRetried()
    {
        var first = script.FirstConnection = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await client.ConnectAsync();
        var sending = client.SendAsync("bob", "hi");
        // SignalR fails waiting calls with the exception that ends the connection.
        first.SetException(new InvalidDataException("The connection cannot be kept."));
        (await SoonAsync(sending)).Offset.Should().Be(1);
    }

    [Fact]
    public async Task UnorderedLiveMessages_AreReadInOrderAndOnce()
    {
        await using var read = new Reading(client);
        await SoonAsync(client.SendAsync("bob", "one"));
        (await read.NextAsync()).Should().Be("alice: one");
        script.LiveOrder = [3, 2, 2, 4, 5, 4];
        await SoonAsync(client.SendAsync("bob", "two, three, four, five"));
        (await read.NextAsync(4)).Should().Equal("alice: two", "alice: three", "alice: four", "alice: five");
        script.LiveOrder = [6];
        await SoonAsync(client.SendAsync("bob", "six"));
        (await read.NextAsync()).Should().Be("alice: six");
    }

    private static Task<Receipt> SoonAsync(Task<Receipt> sending) => Wait.ForAsync(sending, "The receipt");

    internal sealed class Script
    {
        /// <summary>The errors of the next calls.</summary>
        public Queue<Exception> Answers { get; } = new();

        /// <summary>Ends the first connection when this task fails.</summary>
        public TaskCompletionSource? FirstConnection { get; set; }

        /// <summary>The offsets, in order, that the next call sends live.</summary>
        public int[] LiveOrder { get; set; } = [1];

        public int Sent { get; set; }

        public List<Message> Log { get; } = [];
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

        public async Task<Receipt> Send(SendRequest request)
        {
            script.Sent++;
            if (script.Answers.TryDequeue(out var error))
                throw error;
            lock (script.Log)
                foreach (var content in request.Content!.Split(", "))
                    script.Log.Add(Entry(script.Log.Count + 1, content, request));
            foreach (var offset in script.LiveOrder.Where(offset => offset <= script.Log.Count))
                await Clients.Caller.SendAsync(nameof(IChatClient.ReceiveMessage), script.Log[offset - 1]);
            return new Receipt(request.Id!, "alice", script.Sent, $"e.{script.Sent}", DateTimeOffset.UnixEpoch, false);
        }

        public ResumeAnswer Resume(ResumeRequest request)
        {
            lock (script.Log)
            {
                var after = Position.TryParse(request.Positions?.GetValueOrDefault("alice"), out var position) ? (int)position.Offset : 0;
                return new ResumeAnswer("alice", [new ResumedStream("alice", true, [.. script.Log.Skip(after)], $"e.{script.Log.Count}", "e.0", false)]);
            }
        }

        private static Message Entry(int offset, string content, SendRequest request) => new()
        {
            Stream = "alice",
            Offset = offset,
            Position = $"e.{offset}",
            Id = request.Id!,
            From = "alice",
            To = request.To!,
            Content = content,
            SentAt = DateTimeOffset.UnixEpoch,
        };
    }
}
