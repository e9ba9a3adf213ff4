namespace Chat.Protocol.Tests;

internal static class Sample
{
    /// <summary>A message from alice to bob, as an entry of the given stream.</summary>
    public static Message Message(string stream, string content, long offset = 7) => new()
    {
        Stream = stream,
        Offset = offset,
        Position = $"e.{offset}",
        Id = "1",
        From = "alice",
        To = "bob",
        Content = content,
        SentAt = new DateTimeOffset(2026, 11, 23, 5, 12, 29, 120, TimeSpan.Zero),
    };
}
