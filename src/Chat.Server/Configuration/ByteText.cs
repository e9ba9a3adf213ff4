using System.Globalization;

namespace Chat.Server.Configuration;

/// <summary>Formats a number of bytes in MiB.</summary>
internal static class ByteText
{
    private const double Mebibyte = 1 << 20;

    public static string Of(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebibyte:0.0} MiB");
}
