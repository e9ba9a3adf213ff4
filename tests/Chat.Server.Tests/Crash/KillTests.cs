using Chat.Server.Tests.History;
using Chat.Server.Tests.Running;
using Xunit.Abstractions;

namespace Chat.Server.Tests.Crash;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int MinInFlight = 50;
    private const int MaxKills = 60;

    [Fact]
    public async Task NoReceiptIsBrokenByKillingTheServerAtAnyMoment()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var server = new ServerProcess();
        var lives = new ServerLives(server);
        var traffic = new Traffic(["u0", "u1", "u2", "u3"]);
        var senders = traffic.Users.Select(user => new SendingDevice(user, $"{user}'s sending device", lives, traffic, new Random(random.Next()))).ToList();
        var listeners = traffic.Users.Select(user => new HubDevice(user, $"{user}'s other device", lives)).ToList();
        var raws = traffic.Users.Select(user => new RawDevice(user, $"{user}'s raw device", lives)).ToList();
        var rawSender = new RawSendingDevice("old", lives, traffic, new Random(random.Next()));
        var lasts = traffic.Users.ToDictionary(user => user, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        using var stopSending = new CancellationTokenSource();
        using var stopListening = new CancellationTokenSource();

        await lives.BeginAsync();
        var sending = senders.Select(device => device.RunAsync(stopSending.Token)).Append(rawSender.RunAsync(stopSending.Token)).ToList();
        var listening = listeners.Select(device => device.RunAsync(stopListening.Token)).ToList();
        var receiving = raws.Select(device => device.RunAsync(lasts[device.Record.User].Task)).ToList();

        var kills = new List<int>();
        while ((kills.Count < Evidence.Required.Kills || traffic.Receipts < Evidence.Required.Receipts + 2000) && kills.Count < MaxKills)
        {
            await traffic.AfterAsync(random.Next(500, 1200), MinInFlight);
            var inFlight = traffic.InFlight;
            lives.End();
            if (inFlight >= MinInFlight)
                kills.Add(inFlight);
            await lives.BeginAsync();
        }

        await stopSending.CancelAsync();
        await Task.WhenAll(sending).WaitAsync(Wait.Long);
        foreach (var user in traffic.Users)
        {
            lasts[user].SetResult(LastOf(user));
            await SendLastAsync(lives.Address, user);
        }
        await Task.WhenAll(receiving).WaitAsync(Wait.Long);
        await stopListening.CancelAsync();
        await Task.WhenAll(listening).WaitAsync(Wait.Long);

        foreach (var device in senders)
            await device.CatchUpAsync();

        var mailboxes = new Dictionary<string, IReadOnlyList<EntryRecord>>();
        foreach (var user in traffic.Users.Append(rawSender.User))
            mailboxes[user] = await ReadMailboxAsync(lives.Address, user);
        var history = new ChatHistory(
            [.. senders.SelectMany(device => device.Sends), .. rawSender.Sends, .. traffic.Users.Select(user => new SendRecord("end", user, LastOf(user), 1, Outcome.Unknown))],
            mailboxes, [.. listeners.Concat(senders).Select(device => device.Record)], [.. raws.Select(device => device.Record)]);
        var evidence = new Evidence(
            traffic.Receipts, kills.Count, listeners.Concat(senders).Sum(device => device.Reconnects) + raws.Sum(device => device.Reconnects),
            traffic.UnknownOutcomes, listeners.Concat(senders).Sum(device => device.Replays));
        output.WriteLine($"seed {seed}: {evidence}; in flight at the kills: {string.Join(' ', kills)}");

        HistoryChecker.Check(history).Take(20).Should().BeEmpty(because: $"seed {seed}");
        evidence.IsEnough.Should().BeTrue(because: $"{evidence} must reach {Evidence.Required}");
    }

    private static string LastOf(string user) => $"end of {user}";

    private static async Task SendLastAsync(Uri address, string user)
    {
        await using var client = await HubClient.ConnectAsync(address, "end");
        await client.SendAsync(user, LastOf(user));
    }

    private static async Task<List<EntryRecord>> ReadMailboxAsync(Uri address, string user)
    {
        await using var client = await HubClient.ConnectAsync(address, user);
        return [.. (await client.ReadAllAsync(user)).Select(EntryRecord.Of)];
    }
}
