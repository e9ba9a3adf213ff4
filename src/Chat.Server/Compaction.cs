namespace Chat.Server;

/// <summary>A log that was compacted.</summary>
/// <param name="Path">The log's file.</param>
/// <param name="BytesBefore">Size of the file before.</param>
/// <param name="BytesAfter">Size of the file now.</param>
public sealed record Compaction(string Path, long BytesBefore, long BytesAfter);
