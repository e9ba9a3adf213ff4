using System.Globalization;
using System.Text;
using Chat.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Chat.Hosting;

/// <summary>Says why the server did not start, in words for the person who started it.</summary>
internal static class StartupFailure
{
    /// <summary>The lines to print; empty if the operator did not cause the exception.</summary>
    public static IReadOnlyList<string> Explain(Exception failure) => failure switch
    {
        AggregateException many when many.InnerExceptions.All(e => Explain(e).Count > 0) => [.. many.InnerExceptions.SelectMany(Explain)],
        OptionsValidationException settings => [.. settings.Failures.Select(Visible)],
        LogOpenException log => [log.Message],
        DirectoryNotFoundException { Message: var missing } => [missing],
        IOException { InnerException: AddressInUseException } => [failure.Message + " Choose another with --urls."],
        _ => [],
    };

    // A failure repeats the value of a setting, which must not move a terminal's cursor or turn its text around.
    private static string Visible(string failure) => string.Concat(failure.EnumerateRunes().Select(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? $"U+{rune.Value:X4}"
            : rune.ToString()));
}
