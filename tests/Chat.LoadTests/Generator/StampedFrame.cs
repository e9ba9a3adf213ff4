using System.Text;

namespace Chat.LoadTests.Generator;

/// <summary>A client's WebSocket frame that is built once and sent many times. Each copy gets the stamp of its message.</summary>
internal sealed class StampedFrame
{
    private readonly byte[] bytes;
    private readonly int[] stamps;

    /// <param name="payload">Text with <see cref="Stamp.Empty"/>, or its digits, wherever the stamp belongs.</param>
    public StampedFrame(string payload)
    {
        bytes = ClientFrame.Of(payload);
        var digits = Encoding.UTF8.GetBytes(Stamp.Empty[2..]);
        var places = new List<int>();
        for (var at = 0; bytes.AsSpan(at).IndexOf(digits) is >= 0 and var next; at += next + Stamp.Digits)
            places.Add(at + next);
        stamps = [.. places];
    }

    public int Length => bytes.Length;

    public void CopyTo(Span<byte> target, long stamp)
    {
        bytes.CopyTo(target);
        foreach (var at in stamps)
            Stamp.Write(target[at..], stamp);
    }
}
