using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Chat.Server.Origins;

/// <summary>An origin: what a browser says of the site whose page makes a request.</summary>
internal static partial class Origin
{
    /// <summary>What browsers write for pages that have none, as those opened from a file.</summary>
    public const string None = "null";

    // Names as browsers accept them: labels of letters, digits, - and _, with dots between. An app may call itself "." or "-".
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The origin as browsers write it; null when it is none.</summary>
    public static string? Normalize(string text)
    {
        if (text == None)
            return None;
        var parts = Parts().Match(text);
        if (!parts.Success)
            return null;
        return parts.Groups["scheme"].Value.ToLowerInvariant() is "http" or "https" or "ws" or "wss" ? OfWeb(text) : OfApp(parts);
    }

    /// <summary>Whether it is a page of this machine.</summary>
    public static bool IsLoopback(string origin) =>
        Normalize(origin) == origin && origin != None && new Uri(origin) is { IsLoopback: true, Scheme: "http" or "https" };

    // These have usual ports, which browsers leave out, and addresses in several forms. Browsers write bücher.example as xn--bcher-kva.example.
    private static string? OfWeb(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.PathAndQuery != "/" || address.UserInfo.Length > 0 || address.Fragment.Length > 0)
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

    // The scheme of an app or an extension, such as capacitor://localhost: it has no usual port.
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

    // No part may hold what ends a host in an address: white space, controls, and # % / : < > ? @ [ \ ] ^ |
    [GeneratedRegex(@"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<host>[^\s\p{C}#%/:<>?@\[\\\]^|""]+|\[[0-9A-Fa-f:.]+\])(:(?<port>[0-9]{1,5}))?/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
