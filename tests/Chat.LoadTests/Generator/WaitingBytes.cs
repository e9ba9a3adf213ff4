using System.Buffers;

namespace Chat.LoadTests.Generator;

/// <summary>A first-in, first-out buffer that holds memory only while it is not empty.</summary>
internal sealed class WaitingBytes
{
    private byte[] buffer = [];
    private int start;
    private int end;

    public bool IsEmpty => start == end;

    public int Length => end - start;

    public Span<byte> Span => buffer.AsSpan(start, end - start);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (end + bytes.Length > buffer.Length)
            Grow(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(end));
        end += bytes.Length;
    }

    /// <summary>Removes bytes from the front.</summary>
    public void Remove(int count)
    {
        start += count;
        if (start < end)
            return;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, start, end) = ([], 0, 0);
    }

    public void Clear() => Remove(Length);

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * Length, Length + more));
        Span.CopyTo(larger);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, start, end) = (larger, 0, Length);
    }
}
