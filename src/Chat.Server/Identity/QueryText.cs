using System.Globalization;
using System.Text;

namespace Chat.Server.Identity;

/// <summary>Decodes the query of a request strictly. The framework keeps bytes that are not UTF-8 as text, such as <c>%E9</c>, which can be
/// another user's name.</summary>
internal static class QueryText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The values of a parameter, whose name ignores case; null for each that is not percent-encoded UTF-8.</summary>
    /// <param name="takesPercent">Whether a <c>%</c> without two hex digits is a literal, as browsers send it.</param>
    public static IReadOnlyList<string?> Of(HttpRequest request, string name, bool takesPercent = false)
    {
        var values = new List<string?>();
        foreach (var pair in (request.QueryString.Value ?? "").TrimStart('?').Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var key = Plus(equals < 0 ? pair : pair[..equals]);
            if (string.Equals(Decode(key, takesPercent: true), name, StringComparison.OrdinalIgnoreCase))
                values.Add(Decode(Plus(equals < 0 ? "" : pair[(equals + 1)..]), takesPercent));
        }
        return values;
    }

    /// <summary>Decodes percent-encoded UTF-8; null if it is malformed.</summary>
    public static string? Decode(string encoded, bool takesPercent = false)
    {
        var bytes = new List<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
            if (encoded[i] == '%' && i + 2 < encoded.Length && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else if (encoded[i] > '\x7f' || (encoded[i] == '%' && !takesPercent))
                return null; // a request's target is ASCII
            else
                bytes.Add((byte)encoded[i]);
        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Plus(string text) => text.Replace('+', ' ');
}
