using Chat.Server.Log;
using Chat.Server.Storage.Sqlite;
using Xunit.Abstractions;

namespace Chat.Server.Tests.Storage.Sqlite;

/// <summary>Random messages, read marks, memberships, retention and crashes: conversations and unread counts always equal those of lists.</summary>
[Trait("Duration", "Long")]
public sealed class ConversationModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 250;
    private static readonly string[] Users = ["a", "b", "c", "d"];
    private static readonly string[] Rooms = ["#r", "#s"];

    private readonly List<LogFixture> fixtures = [new()];
    private readonly ConversationModel model = new();

    public void Dispose() => fixtures.ForEach(fixture => fixture.Dispose());

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 2_000)]
    [InlineData(3, 1, 0)]
    [InlineData(null, 2, 30_000)]
    public async Task RandomCalls_GiveTheSameConversationsAsLists(int? fixedSeed, int retentionDays, int retentionCount)
    {
        var seed = fixedSeed ?? Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var fixture = fixtures[0];
        (fixture.Options.RetentionDays, fixture.Options.RetentionCount) = (retentionDays, retentionCount);
        var log = fixture.Open();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await ChangeAsync(log, random, random.Next(1, 600));
                fixture.Time.Advance(TimeSpan.FromMinutes(random.Next(40)));
                for (var i = random.Next(6); i > 0; i--)
                    await MarkReadAsync(log, random);
                foreach (var user in Users)
                    await model.CheckAsync(log, user, random.Next(1, 8));
                if (random.Next(25) == 0)
                {
                    var next = random.Next(2) == 0 ? fixture : fixture.Copy();
                    log.Dispose();
                    if (next != fixture)
                        fixtures.Add(next);
                    fixture = next;
                    log = fixture.Open();
                }
            }
        }
        finally
        {
            log.Dispose();
        }
    }

    // In parallel, so that messages, joins and leaves share transactions.
    private async Task ChangeAsync(SqliteMessageLog log, Random random, int count)
    {
        var changes = new List<Task>();
        for (var i = 0; i < count; i++)
        {
            var (user, room) = (Users[random.Next(4)], Rooms[random.Next(2)]);
            switch (random.Next(20))
            {
                case < 12: changes.Add(log.AppendAsync(model.Append(user, Users[random.Next(4)]))); break;
                case < 14: changes.Add(log.AppendAsync(model.Append("shop", user, keepsCopy: false))); break;
                case 14: changes.Add(log.AppendAsync(model.Append(user, room, keepsCopy: false))); break;
                case < 18 when model.IsMember(user, room): changes.Add(log.AppendAsync(model.Append(user, room))); break;
                case 18:
                    model.Join(user, room);
                    changes.Add(log.JoinAsync(user, room, 0));
                    break;
                case 19 when random.Next(4) == 0:
                    model.Leave(user, room);
                    changes.Add(log.LeaveAsync(user, room));
                    break;
            }
        }
        await Task.WhenAll(changes);
    }

    private async Task MarkReadAsync(SqliteMessageLog log, Random random)
    {
        var (user, conversation) = (Users[random.Next(4)], random.Next(3) == 0 ? Rooms[random.Next(2)] : random.Next(4) == 0 ? "shop" : Users[random.Next(4)]);
        if (conversation[0] == '#' && !model.IsMember(user, conversation))
            return;
        var head = model.Head(conversation[0] == '#' ? conversation : user);
        var offset = random.Next(3) == 0 ? head : random.NextInt64(head + 1);
        var moved = await log.MarkReadAsync(new PendingReadMark(user, conversation, offset, "connection"));
        moved.Mark.Position.Should().Be($"{log.Epoch}.{model.MarkRead(user, conversation, offset)}");
    }
}
