namespace Chat.Server.Admission.Proxies;

/// <summary>Reads the path that a proxy serves the server under.</summary>
internal static class PathPrefix
{
    private const int MaxLength = 256;

    /// <summary>The prefix as requests have it, without a slash at its end; null when the text is none.</summary>
    /// <param name="text">Percent-encoded, as in an address. Empty, or a slash, is no prefix.</param>
    public static PathString? Parse(string? text)
    {
        var path = text ?? "";
        if (path.EndsWith('/'))
            path = path[..^1];
        if (path.Length == 0)
            return PathString.Empty;
        // A second slash would make it another server's address in a link: //evil.example.
        if (path[0] != '/' || path.Length > MaxLength || path.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            return null;
        var decoded = Uri.UnescapeDataString(path);
        if (!decoded[1..].Split('/').All(IsSegment))
            return null;
        return new PathString(decoded);
    }

    // Bytes that are no character stay percent-encoded, or are replaced.
    private static bool IsSegment(string segment) =>
        segment is not ("" or "." or "..") && !segment.Any(char.IsControl) && segment.AsSpan().IndexOfAny("\\%?#\uFFFD") < 0;
}
