using Chat.Protocol;
using Chat.Server.Log;
using Xunit.Abstractions;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>Random calls, whose answers are compared with those of lists in memory.</summary>
[Trait("Duration", "Long")]
public sealed class ModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 400;
    private static readonly string[] Users = ["a", "b", "c", "d"];

    private readonly LogFixture fixture = new();
    private readonly Dictionary<string, List<(string From, string To, string Content)>> mailboxes =
        Users.ToDictionary(user => user, _ => new List<(string, string, string)>());
    private readonly Dictionary<(string Sender, string Key), (string To, string Content, long Offset)> keys = [];
    private readonly Dictionary<string, long> confirmed = Users.ToDictionary(user => user, _ => 0L);
    private int number;

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public async Task RandomCalls_GiveTheSameAnswersAsLists(int? fixedSeed)
    {
        var seed = fixedSeed ?? Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var log = fixture.Open();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                switch (random.Next(10))
                {
                    // Fills several chunks of the index.
                    case < 5: await AppendAsync(log, random, random.Next(1, 600)); break;
                    case < 8: await ReadAsync(log, random); break;
                    case 8: await ConfirmAsync(log, random); break;
                    default:
                        if (random.Next(5) == 0)
                        {
                            log.Dispose();
                            log = fixture.Open();
                        }
                        break;
                }
            }
            foreach (var user in Users)
                (await log.AfterAsync(user)).Messages.Select(m => (m.From, m.To, m.Content)).Should().Equal(mailboxes[user], because: $"seed {seed}");
        }
        finally
        {
            log.Dispose();
        }
    }

    private async Task AppendAsync(IMessageLog log, Random random, int count)
    {
        var calls = new List<Func<Task>>();
        for (var i = 0; i < count; i++)
        {
            var (from, to) = (Users[random.Next(4)], Users[random.Next(4)]);
            var known = keys.Count > 0 && random.Next(10) == 0 ? keys.ElementAt(random.Next(keys.Count)) : default;
            if (known.Key.Key is { } key)
            {
                var same = random.Next(2) == 0;
                var sending = log.SendAsync(known.Key.Sender, known.Value.To, same ? known.Value.Content : "another", key);
                calls.Add(async () =>
                {
                    if (same)
                        (await sending).Should().BeEquivalentTo(new { Id = key, known.Value.Offset, Duplicate = true });
                    else
                        (await FluentActions.Awaiting(() => sending).Should().ThrowAsync<ChatException>()).Which.Error.Should().Be(ChatError.KeyConflict);
                });
                continue;
            }
            var content = $"{++number}";
            var newKey = random.Next(3) == 0 ? $"key-{number}" : null;
            var appending = log.SendAsync(from, to, content, newKey);
            var offset = Append(from, to, content);
            if (newKey is not null)
                keys[(from, newKey)] = (to, content, offset);
            calls.Add(async () => (await appending).Should().BeEquivalentTo(new { Stream = from, Offset = offset, Duplicate = false }));
        }
        foreach (var call in calls)
            await call();
    }

    private long Append(string from, string to, string content)
    {
        mailboxes[to].Add((from, to, content));
        if (from != to)
            mailboxes[from].Add((from, to, content));
        return mailboxes[from].Count;
    }

    private async Task ReadAsync(IMessageLog log, Random random)
    {
        var user = Users[random.Next(4)];
        var mailbox = mailboxes[user].Select((m, i) => (Offset: i + 1L, m.From, m.To, m.Content)).ToList();
        var with = random.Next(3) == 0 ? Users[random.Next(4)] : null;
        var (after, before) = random.Next(3) switch
        {
            0 => ((long?)random.Next(mailbox.Count + 1), (long?)null),
            1 => (null, random.Next(1, mailbox.Count + 2)),
            _ => (null, null),
        };
        var limit = random.Next(1, 100);
        var page = await log.ReadAsync(new StreamQuery(user, after, before, with, new PageLimit(limit, int.MaxValue)), default);

        var fitting = mailbox.Where(m =>
            m.Offset > (after ?? 0) && m.Offset < (before ?? long.MaxValue) && (with is null || (m.From == user ? m.To : m.From) == with)).ToList();
        page.Messages.Select(m => (m.Offset, m.From, m.To, m.Content)).Should().Equal(after is null ? fitting.TakeLast(limit) : fitting.Take(limit));
        page.More.Should().Be(fitting.Count > limit);
        page.Bounds.Should().Be(new StreamBounds(0, mailbox.Count));
    }

    private async Task ConfirmAsync(IMessageLog log, Random random)
    {
        var user = Users[random.Next(4)];
        var offset = random.NextInt64(mailboxes[user].Count + 1);
        await log.ConfirmAsync([new Confirmation(user, user, offset)]);
        confirmed[user] = Math.Max(confirmed[user], offset);
        (await log.GetConfirmedAsync(user, user, default)).Should().Be(confirmed[user]);
    }
}
