using Chat.Protocol;

namespace Chat.Benchmarks;

internal static class Sample
{
    public static Message Message(int size, string to = "user42") => new()
    {
        Stream = to,
        Offset = 1_234,
        Position = "k3v9.1234",
        Id = "0199b3f0-6d1c-7a52-9c3e-000000000007",
        From = "user17",
        To = to,
        Content = new string('x', size),
        SentAt = new DateTimeOffset(2026, 11, 23, 9, 46, 33, 968, TimeSpan.Zero),
    };
}
