using System.Diagnostics;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Storage.Sqlite.Retention;

/// <summary>A real server whose clock is wrong for a while (libfaketime).</summary>
[Trait("Duration", "Long")]
public sealed class WrongClockTests : IDisposable
{
    // The server sweeps once a minute.
    private static readonly TimeSpan MoreThanASweep = TimeSpan.FromSeconds(65);

    private readonly string folder = Directory.CreateTempSubdirectory("chat-clock-").FullName;

    private string ClockFile => Path.Combine(folder, "clock");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task ClockFortyDaysAhead_LosesNothing()
    {
        SetClock("+0");
        await using var server = new ServerProcess(
            launcher:
            [
                "env", $"LD_PRELOAD={await LibraryAsync()}", "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_NO_CACHE=1",
                $"FAKETIME_TIMESTAMP_FILE={ClockFile}",
            ]);
        await server.StartAsync();
        var started = Stopwatch.GetTimestamp();
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice", log: () => server.Output);
        var first = await alice.SendAsync("bob", "before", "key");
        SetClock("+40d");
        var number = 0;
        while (Stopwatch.GetElapsedTime(started) < MoreThanASweep)
        {
            var receipt = await alice.SendAsync("bob", $"{number++}");
            receipt.Duplicate.Should().BeFalse();
            if (number > 1)
                (receipt.SentAt - first.SentAt).Should().BeGreaterThan(TimeSpan.FromDays(39), because: "the test needs a wrong clock");
            await Task.Delay(100);
        }
        (await alice.SendAsync("bob", "before", "key")).Duplicate.Should().BeTrue();
        SetClock("+0");
        (await alice.SendAsync("bob", "after")).Duplicate.Should().BeFalse();
        (await alice.SendAsync("bob", "before", "key")).Offset.Should().Be(first.Offset);
        (await alice.ReadAllAsync("alice")).Select(message => message.Content)
            .Should().Equal(["before", .. Enumerable.Range(0, number).Select(i => $"{i}"), "after"]);
        server.Output.Should().Contain("The machine's clock went forward by 40.0 days").And.Contain("went back by 40.0 days");
    }

    private void SetClock(string offset)
    {
        File.WriteAllText(ClockFile + ".new", offset);
        File.Move(ClockFile + ".new", ClockFile, overwrite: true); // so that the server never reads an empty file
    }

    /// <summary>Finds the library that faketime preloads.</summary>
    private static async Task<string> LibraryAsync()
    {
        using var faketime = Process.Start(new ProcessStartInfo("faketime", ["-m", "+0 seconds", "printenv", "LD_PRELOAD"]) { RedirectStandardOutput = true })!;
        var path = (await faketime.StandardOutput.ReadToEndAsync()).Trim();
        await faketime.WaitForExitAsync();
        return path;
    }
}
