using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit.Abstractions;

namespace Chat.Protocol.Tests;

/// <summary>No broken input throws or loops without end. <c>CHAT_SEED</c> repeats a run.</summary>
public sealed class MutationTests(ITestOutputHelper log)
{
    private const int Runs = 200_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static readonly byte[][] Frames = [.. ((string[])["alice:bob:hi: there", "a::", ":::", "ä:😀:ö\r\n", "hello", "José:中文:"]).Select(Encoding.UTF8.GetBytes)];

    private readonly ColonHubProtocol protocol = new("system");

    [Fact]
    public Task MutatedFrame_IsThreePartsOrNone() => Try(Frames, (bytes, _) =>
    {
        var colons = bytes.Count(b => b == ':');
        var parsed = ColonFrame.TryParse(bytes, out var frame);
        if (parsed != colons >= 2)
            return "two colons make a frame";
        if (!parsed)
            return null;
        byte[] again = [.. frame.From, (byte)':', .. frame.To, (byte)':', .. frame.Content];
        if (!again.AsSpan().SequenceEqual(bytes) || frame.From.Contains((byte)':') || frame.To.Contains((byte)':'))
            return "the first two colons separate";
        return frame.UserId() is { } user && !Name.IsUserId(user) ? "a sender is a user id" : frame.Target() is null ? "a target is never null" : null;
    });

    [Fact]
    public Task MutatedUserId_KeepsTheRules() => Try(Frames, (bytes, mutations) =>
    {
        var characters = MemoryMarshal.Cast<byte, char>(bytes);
        foreach (var text in (string[])[Encoding.UTF8.GetString(bytes), new string(characters), new string(characters[..Math.Min(characters.Length, 3)])])
        {
            if (Position.TryParse(text, out var position) && position.ToString() != text)
                return $"{text} is the only form of its position";
            if (!Name.IsMessageId(text))
                continue;
            if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) != text || text.EnumerateRunes().Count() > Name.MaxLength)
                return $"{text} has 1 to 64 scalar values";
            if (text.Contains(':') || text.Trim() != text || text.Any(char.IsControl))
                return $"{text} has no colon, no control character, no space at its ends";
            if (Name.IsUserId(text) != text[0] is not ('#' or '$'))
                return $"{text} differs from a user id by its first character only";
        }
        return null;
    });

    [Fact]
    public Task MutatedFrames_AreReadToTheEnd() => Try([.. Frames.Select(Input), Input([.. Frames.SelectMany(frame => frame)])], (bytes, mutations) =>
    {
        var input = Segments.Of(bytes, mutations.PieceLength);
        for (var before = input.Length; protocol.TryParseMessage(ref input, null!, out var message); before = input.Length)
            if (input.Length >= before || message is not (InvocationMessage { Arguments: [SendRequest { To: not null, Content: not null } or RoomRequest or TopicRequest] } or InvocationBindingFailureMessage))
                return "every message consumes bytes and is a call or its refusal";
        return null;
    });

    [Fact]
    public Task MutatedRecords_AreReadToTheEnd() => Try([.. Frames.Select(Output), [.. Frames.SelectMany(Output)]], (bytes, _) =>
    {
        ReadOnlyMemory<byte> output = bytes;
        for (var before = output.Length; ColonRecord.TryReadOutput(ref output, out var record); before = output.Length)
            if (output.Length >= before || record.Frame.Length > bytes.Length)
                return "every record consumes bytes, and its frame is not longer than the input";
        return null;
    });

    private static byte[] Input(byte[] frame)
    {
        var written = new ArrayBufferWriter<byte>();
        ColonRecord.WriteInput(written, frame);
        return written.WrittenSpan.ToArray();
    }

    private static byte[] Output(byte[] frame)
    {
        var written = new ArrayBufferWriter<byte>();
        ColonRecord.WriteMessage(written, Sample.Message("bob", Encoding.UTF8.GetString(frame)));
        return written.WrittenSpan.ToArray();
    }

    /// <summary>Checks many mutations. The check returns the broken rule, or null.</summary>
    private async Task Try(byte[][] originals, Func<byte[], Mutations, string?> check)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHAT_SEED"), out var given) ? given : Random.Shared.Next();
        log.WriteLine($"CHAT_SEED={seed}");
        var mutations = new Mutations(seed, originals);
        byte[] bytes = [];
        var trying = Task.Run(() =>
        {
            for (var run = 0; run < Runs; run++)
            {
                bytes = mutations.Next();
                check(bytes, mutations).Should().BeNull();
            }
        });
        try
        {
            await trying.WaitAsync(Timeout);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"CHAT_SEED={seed}, input {Convert.ToHexString(bytes)}: {e.Message}", e);
        }
    }
}
