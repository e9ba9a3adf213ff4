namespace Chat.Server.Admission.Proxies;

/// <summary>Reads the path prefix under which a proxy serves the server.</summary>
internal static class PathPrefix
{
    private const int MaxLength = 256;

    /// <summary>Returns the decoded prefix without a trailing slash; null when the text is not a path.</summary>
    /// <param name="text">The percent-encoded prefix. Empty or a slash means no prefix.</param>
    public static PathString? Parse(string? text)
    {
        var path = text ?? "";
        if (path.EndsWith('/'))
            path = path[..^1];
        if (path.Length == 0)
            return PathString.Empty;
        // A link that begins with two slashes leads to another server: //evil.example.
        if (path[0] != '/' || path.Length > MaxLength || path.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            return null;
        var decoded = Uri.UnescapeDataString(path);
        if (!decoded[1..].Split('/').All(IsSegment))
            return null;
        return new PathString(decoded);
    }

    // Decoding leaves bytes that are not UTF-8 percent-encoded, or replaces them by U+FFFD.
    private static bool IsSegment(string segment) =>
        segment is not ("" or "." or "..") && !segment.Any(char.IsControl) && segment.AsSpan().IndexOfAny("\\%?#\uFFFD") < 0;
}
