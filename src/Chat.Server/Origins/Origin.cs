using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Chat.Server.Origins;

/// <summary>Parses the header <c>Origin</c>: the scheme, host and port of the page that makes a request.</summary>
internal static partial class Origin
{
    /// <summary>The origin that browsers send for pages without one, for instance pages opened from a file.</summary>
    public const string None = "null";

    // Host names as browsers accept them: labels of letters, digits, - and _, separated by dots. The host of an app may be "." or "-".
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Returns the origin as browsers write it; null when the text is not an origin.</summary>
    public static string? Normalize(string text)
    {
        if (text == None)
            return None;
        var parts = Parts().Match(text);
        if (!parts.Success)
            return null;
        return parts.Groups["scheme"].Value.ToLowerInvariant() is "http" or "https" or "ws" or "wss" ? OfWeb(text) : OfApp(parts);
    }

    /// <summary>Returns whether the origin is a loopback address.</summary>
    public static bool IsLoopback(string origin) =>
        Normalize(origin) == origin && origin != None && new Uri(origin) is { IsLoopback: true, Scheme: "http" or "https" };

    // Browsers omit the default ports of these schemes, and write addresses in one form: bücher.example as xn--bcher-kva.example.
    private static string? OfWeb(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)
            || address.PathAndQuery != "/" || address.UserInfo.Length > 0 || address.Fragment.Length > 0)
            return null;
        try
        {
            return new UriBuilder(address.Scheme, address.IdnHost, address.Port).Uri.GetLeftPart(UriPartial.Authority);
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    // An app or an extension, for instance capacitor://localhost. Its scheme has no default port.
    private static string? OfApp(Match parts)
    {
        var (scheme, host, port) = (parts.Groups["scheme"].Value.ToLowerInvariant(), parts.Groups["host"].Value, parts.Groups["port"].Value);
        try
        {
            var name = Ascii.IsValid(host) ? host.ToLowerInvariant() : Idn.GetAscii(host).ToLowerInvariant();
            return port.Length == 0 ? $"{scheme}://{name}" : ushort.TryParse(port, out var number) && number > 0 ? $"{scheme}://{name}:{number}" : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // A host holds no character that ends a host in an address: white space, controls, and # % / : < > ? @ [ \ ] ^ |
    [GeneratedRegex(
        @"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<host>[^\s\p{C}#%/:<>?@\[\\\]^|""]+|\[[0-9A-Fa-f:.]+\])(:(?<port>[0-9]{1,5}))?/?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
