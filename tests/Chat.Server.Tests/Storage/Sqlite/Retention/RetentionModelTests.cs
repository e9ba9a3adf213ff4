using Chat.Server.Log;
using Xunit.Abstractions;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>Random sends, retention by age and count, and crashes: the remaining messages are always the newest of each mailbox.</summary>
[Trait("Duration", "Long")]
public sealed class RetentionModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 300;
    private static readonly string[] Users = ["a", "b", "c", "d"];

    private readonly List<LogFixture> fixtures = [new()];
    private readonly Dictionary<string, List<string>> mailboxes = Users.ToDictionary(user => user, _ => new List<string>());
    private int number;

    public void Dispose() => fixtures.ForEach(fixture => fixture.Dispose());

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public async Task RemainingMessages_AreTheNewestOfEachMailbox(int? fixedSeed)
    {
        var seed = fixedSeed ?? Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var fixture = fixtures[0];
        (fixture.Options.RetentionDays, fixture.Options.RetentionCount) = (1, 20_000);
        var log = fixture.Open();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, random.Next(1, 800)).Select(_ => Append(log, Users[random.Next(4)], Users[random.Next(4)])));
                fixture.Time.Advance(TimeSpan.FromMinutes(random.Next(40)));
                if (random.Next(20) == 0)
                    await CheckAsync(log);
                if (random.Next(30) == 0)
                {
                    var next = random.Next(2) == 0 ? fixture : fixture.Copy();
                    log.Dispose();
                    if (next != fixture)
                        fixtures.Add(next);
                    fixture = next;
                    log = fixture.Open();
                }
            }
            await CheckAsync(log);
            // A sweep that runs now may use the earlier time; the next sweep does not.
            fixture.Time.Advance(TimeSpan.FromHours(25));
            fixture.WaitFor("SELECT count(*) + (SELECT count(*) FROM entry) FROM message", 0, () => fixture.Time.Advance(TimeSpan.FromMinutes(1)));
            await CheckAsync(log);
        }
        finally
        {
            log.Dispose();
        }
    }

    private async Task Append(IMessageLog log, string from, string to)
    {
        var content = $"{++number}";
        mailboxes[to].Add(content);
        if (from != to)
            mailboxes[from].Add(content);
        await log.SendAsync(from, to, content);
    }

    private async Task CheckAsync(IMessageLog log)
    {
        foreach (var user in Users)
        {
            var page = await log.AfterAsync(user);
            page.Bounds.Head.Should().Be(mailboxes[user].Count);
            page.Contents().Should().Equal(mailboxes[user].Skip((int)page.Bounds.Trimmed));
            page.Messages.Select(message => message.Offset).Should().Equal(Enumerable.Range(1, page.Messages.Count).Select(i => page.Bounds.Trimmed + i));
        }
    }
}
