namespace Chat.Server.Origins;

/// <summary>An origin: what a browser says of the site whose page makes a request.</summary>
internal static class Origin
{
    /// <summary>What browsers write for pages that have none, as those opened from a file.</summary>
    public const string None = "null";

    /// <summary>The origin as browsers write it; null when it is none.</summary>
    public static string? Normalize(string text)
    {
        if (text == None)
            return None;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return null;
        return address.PathAndQuery == "/" && address.UserInfo.Length == 0 && address.Fragment.Length == 0 ? InAscii(address) : null;
    }

    // Browsers write bücher.example as xn--bcher-kva.example.
    private static string? InAscii(Uri address)
    {
        try
        {
            return new UriBuilder(address.Scheme, address.IdnHost, address.Port).Uri.GetLeftPart(UriPartial.Authority);
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>Whether it is a page of this machine.</summary>
    public static bool IsLoopback(string origin) => Normalize(origin) == origin && origin != None && new Uri(origin).IsLoopback;
}
