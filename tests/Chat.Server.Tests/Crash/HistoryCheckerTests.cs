namespace Chat.Server.Tests.Crash;

/// <summary>Tests the checker: each fault is put into a good history, and the checker must find it.</summary>
public sealed class HistoryCheckerTests
{
    private readonly List<SendRecord> sends =
    [
        new("a", "b", "a1", 1, Outcome.Stored, Offset: 1), new("a", "b", "a2", 2, Outcome.Stored, Offset: 2), new("b", "a", "b1", 1, Outcome.Stored, Offset: 3),
        new("a", "b", "a3", 3, Outcome.Unknown), new("a", "c", "refused", 4, Outcome.Refused),
        new("a", "#r", "r1", 5, Outcome.Stored, Offset: 1), new("a", "#r", "r2", 6, Outcome.Stored, Offset: 2),
    ];

    private readonly List<EntryRecord> mailboxA = [Entry("a", 1, "a", "b", "a1"), Entry("a", 2, "a", "b", "a2"), Entry("a", 3, "b", "a", "b1")];
    private readonly List<EntryRecord> mailboxB = [Entry("b", 1, "a", "b", "a1"), Entry("b", 2, "a", "b", "a2"), Entry("b", 3, "b", "a", "b1")];
    private readonly List<EntryRecord> room = [Entry("#r", 1, "a", "#r", "r1"), Entry("#r", 2, "a", "#r", "r2")];
    private readonly List<string> members = ["a", "b"];

    private readonly List<EntryRecord> view =
    [
        Entry("b", 1, "a", "b", "a1"), Entry("b", 2, "a", "b", "a2"), Entry("b", 3, "b", "a", "b1"), Entry("#r", 1, "a", "#r", "r1"), Entry("#r", 2, "a", "#r", "r2"),
    ];

    private readonly List<RawFrame> frames = [new("b", "a", "a1"), new("b", "a", "a2"), new("#r", "a", "r1"), new("#r", "a", "r2")];

    [Fact]
    public void GoodHistory_Passes() => Check().Should().BeEmpty();

    [Fact]
    public void RawRepeatAfterReconnect_Passes() => Check([frames, [frames[1]]]).Should().BeEmpty();

    [Fact]
    public void MessageMissingInTheLog_IsFound()
    {
        mailboxB.RemoveAt(2);
        view.RemoveAt(2);
        Check().Should().Contain(Violation.Lost);
    }

    [Fact]
    public void MessageMissingOnADevice_IsFound()
    {
        view.RemoveAt(2);
        Check().Should().Equal(Violation.Lost);
    }

    [Fact]
    public void MessageMissingOnARawDevice_IsFound()
    {
        frames.RemoveAt(1);
        Check().Should().Equal(Violation.Lost);
    }

    [Fact]
    public void RepeatedMessage_IsFound()
    {
        mailboxB.Add(Entry("b", 4, "a", "b", "a1"));
        view.Add(mailboxB[3]);
        Check().Should().Contain(Violation.Repeated);
    }

    [Fact]
    public void RepeatOnADevice_IsFound()
    {
        view.Insert(1, view[0]);
        Check().Should().Contain(Violation.Repeated);
    }

    [Fact]
    public void RepeatOnOneRawConnection_IsFound()
    {
        frames.Add(frames[0]);
        Check().Should().Contain(Violation.Repeated);
    }

    [Fact]
    public void SwappedMessages_AreFound()
    {
        (mailboxB[0], mailboxB[1]) = (Entry("b", 1, "a", "b", "a2"), Entry("b", 2, "a", "b", "a1"));
        (view[0], view[1]) = (mailboxB[0], mailboxB[1]);
        (frames[0], frames[1]) = (frames[1], frames[0]);
        Check().Should().Equal(Violation.Reordered);
    }

    [Fact]
    public void OtherOrderBetweenStreams_Passes()
    {
        view.Reverse(2, 2);
        frames.Reverse(1, 2);
        Check().Should().BeEmpty();
    }

    [Fact]
    public void MessageMissingInARoom_IsFound()
    {
        room.RemoveAt(1);
        view.RemoveAt(4);
        frames.RemoveAt(3);
        Check().Should().Contain(Violation.Lost);
    }

    [Fact]
    public void RoomMessageMissingOnADevice_IsFound()
    {
        view.RemoveAt(4);
        Check().Should().Equal(Violation.Lost);
    }

    [Fact]
    public void RoomMessageMissingOnARawDevice_IsFound()
    {
        frames.RemoveAt(3);
        Check().Should().Equal(Violation.Lost);
    }

    [Fact]
    public void SwappedRoomFrames_AreFound()
    {
        frames.Reverse(2, 2);
        Check().Should().Equal(Violation.Reordered);
    }

    [Fact]
    public void RoomSentToNonMember_IsFound()
    {
        members.Remove("b");
        Check().Should().Equal(Violation.Misrouted, Violation.Misrouted);
    }

    [Fact]
    public void RoomMessageInAMailbox_IsFound()
    {
        mailboxA.Add(Entry("a", 4, "a", "#r", "r1"));
        Check().Should().Equal(Violation.Misrouted);
    }

    [Fact]
    public void SwappedFrames_AreFound()
    {
        frames.Reverse(0, 2);
        Check().Should().Equal(Violation.Reordered);
    }

    [Fact]
    public void MisroutedMessage_IsFound()
    {
        mailboxB.Add(Entry("b", 4, "a", "c", "x"));
        view.Add(mailboxB[3]);
        sends.Add(new("a", "c", "x", 5, Outcome.Unknown));
        Check().Should().Contain(Violation.Misrouted);
    }

    [Fact]
    public void ForgedSender_IsFound()
    {
        frames[0] = frames[0] with { From = "c" };
        Check().Should().Contain(Violation.Misrouted);
    }

    [Theory]
    [InlineData("never sent")]
    [InlineData("refused")]
    public void PhantomMessage_IsFound(string content)
    {
        mailboxB.Add(Entry("b", 4, "a", "b", content));
        view.Add(mailboxB[3]);
        frames.Add(new("b", "a", content));
        Check().Should().Contain(Violation.Phantom);
    }

    [Fact]
    public void Gap_IsFound()
    {
        mailboxA[2] = mailboxA[2] with { Offset = 4 };
        Check().Should().Contain(Violation.Gap);
    }

    [Fact]
    public void DeviceThatDisagreesWithTheLog_IsFound()
    {
        (view[0], view[1]) = (view[0] with { Content = "a2" }, view[1] with { Content = "a1" });
        Check().Should().Contain(Violation.Disagreement);
    }

    [Fact]
    public void FalseReceipt_IsFound()
    {
        sends[0] = sends[0] with { Offset = 2 };
        Check().Should().Equal(Violation.FalseReceipt);
    }

    [Fact]
    public void EvidenceBelowTheRequirement_IsNotEnough()
    {
        var enough = Evidence.Required;
        enough.IsEnough.Should().BeTrue();
        foreach (var little in (Evidence[])[
            enough with { Receipts = 19_999 }, enough with { Kills = 29 }, enough with { Reconnects = 29 }, enough with { Unknown = 9 }, enough with { Replays = 9 }])
            little.IsEnough.Should().BeFalse();
    }

    private List<Violation> Check(IReadOnlyList<IReadOnlyList<RawFrame>>? rawConnections = null) =>
        [.. HistoryChecker.Check(new ChatHistory(
            sends,
            new Dictionary<string, IReadOnlyList<EntryRecord>> { ["a"] = mailboxA, ["b"] = mailboxB, ["#r"] = room },
            new Dictionary<string, IReadOnlyList<string>> { ["#r"] = members },
            [new HubDeviceRecord("b", "b's hub device", view)],
            [new RawDeviceRecord("b", "b's raw device", rawConnections ?? [frames])])).Select(found => found.Violation)];

    private static EntryRecord Entry(string stream, long offset, string from, string to, string content) => new(stream, offset, from, to, content);
}
