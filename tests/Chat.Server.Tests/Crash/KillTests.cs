using Chat.Server.Tests.Running;
using Xunit.Abstractions;

namespace Chat.Server.Tests.Crash;

[Trait("Duration", "Long")]
[Collection(HeavyLoad.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int MinInFlight = 50;
    private const int MaxKills = 60;

    /// <summary>The user who sends the last message to every stream.</summary>
    private const string Last = "end";

    [Fact]
    public async Task ServerKills_BreakNoReceipt()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        // So short that the server also refuses messages, which must not be stored.
        await using var process = new ServerProcess(new() { ["Chat:Storage:LongestWait"] = "00:00:00.1" });
        var server = new RestartableServer(process);
        var traffic = new Traffic(["u0", "u1", "u2", "u3"], "#all");
        var senders = traffic.Users.Select(user => new SendingDevice(user, $"{user}'s sending device", server, traffic, new Random(random.Next()))).ToList();
        var listeners = traffic.Users.Select(user => new HubDevice(user, $"{user}'s other device", server)).ToList();
        var raws = traffic.Users.Select(user => new RawDevice(user, $"{user}'s raw device", server)).ToList();
        var rawSender = new RawSendingDevice("old", server, traffic, new Random(random.Next()));
        string[] members = [.. traffic.Users, rawSender.User, Last];
        var lasts = traffic.Users.ToDictionary(user => user, _ => new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        using var stopSending = new CancellationTokenSource();
        using var stopListening = new CancellationTokenSource();

        await server.StartAsync();
        foreach (var member in members)
            await JoinAsync(server.Address, member, traffic.Room);
        var sending = senders.Select(device => device.RunAsync(stopSending.Token)).Append(rawSender.RunAsync(stopSending.Token)).ToList();
        var listening = listeners.Select(device => device.RunAsync(stopListening.Token)).ToList();
        var receiving = raws.Select(device => device.RunAsync(lasts[device.Record.User].Task)).ToList();

        var kills = new List<int>();
        while ((kills.Count < Evidence.Required.Kills || traffic.Receipts < Evidence.Required.Receipts + 2000) && kills.Count < MaxKills)
        {
            await traffic.AfterAsync(random.Next(500, 1200), MinInFlight);
            var inFlight = traffic.InFlight;
            server.Kill();
            if (inFlight >= MinInFlight)
                kills.Add(inFlight);
            await server.StartAsync();
        }

        await stopSending.CancelAsync();
        await Task.WhenAll(sending).WaitAsync(Wait.Long);
        foreach (var user in traffic.Users)
            lasts[user].SetResult([LastOf(user), LastOf(traffic.Room)]);
        foreach (var recipient in traffic.Recipients)
            await SendLastAsync(server.Address, recipient);
        await Task.WhenAll(receiving).WaitAsync(Wait.Long);
        await stopListening.CancelAsync();
        await Task.WhenAll(listening).WaitAsync(Wait.Long);

        foreach (var device in senders)
            await device.CatchUpAsync();

        var streams = new Dictionary<string, IReadOnlyList<EntryRecord>> { [traffic.Room] = await ReadAsync(server.Address, Last, traffic.Room) };
        foreach (var user in members)
            streams[user] = await ReadAsync(server.Address, user, user);
        var history = new ChatHistory(
            [.. senders.SelectMany(device => device.Sends), .. rawSender.Sends, .. traffic.Recipients.Select((to, at) => new SendRecord(Last, to, LastOf(to), at, Outcome.Stored))],
            streams, new Dictionary<string, IReadOnlyList<string>> { [traffic.Room] = members },
            [.. listeners.Concat(senders).Select(device => device.Record)], [.. raws.Select(device => device.Record)]);
        var evidence = new Evidence(
            traffic.Receipts, kills.Count, listeners.Concat(senders).Sum(device => device.Reconnects) + raws.Sum(device => device.Reconnects),
            traffic.UnknownOutcomes, listeners.Concat(senders).Sum(device => device.Replays));
        output.WriteLine($"seed {seed}: {evidence}; in flight at the kills: {string.Join(' ', kills)}");

        HistoryChecker.Check(history).Take(20).Should().BeEmpty(because: $"seed {seed}");
        evidence.IsEnough.Should().BeTrue(because: $"{evidence} must reach {Evidence.Required}");
    }

    private static string LastOf(string stream) => $"end of {stream}";

    private static async Task JoinAsync(Uri address, string user, string room)
    {
        await using var client = await HubClient.ConnectAsync(address, user);
        await client.JoinAsync(room);
    }

    private static async Task SendLastAsync(Uri address, string to)
    {
        await using var client = await HubClient.ConnectAsync(address, Last);
        await client.SendAsync(to, LastOf(to));
    }

    private static async Task<List<EntryRecord>> ReadAsync(Uri address, string user, string stream)
    {
        await using var client = await HubClient.ConnectAsync(address, user);
        return [.. (await client.ReadAllAsync(stream)).Select(EntryRecord.Of)];
    }
}
