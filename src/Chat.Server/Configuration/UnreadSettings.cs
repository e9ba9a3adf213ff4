using System.Globalization;

namespace Chat.Server.Configuration;

/// <summary>Reports the settings that the server does not read, each with the most similar known setting and without its value.</summary>
internal sealed partial class UnreadSettings(IConfiguration configuration, IEnumerable<SettingsSection> sections, ILogger<UnreadSettings> logger)
{
    // The distance that a wrong section adds to a right name.
    private const int OtherSection = 2;

    // Names with more mistakes than one in three letters are different names.
    private const int LettersPerMistake = 3;

    private readonly KnownSettings known = new(sections);

    public IReadOnlyList<string> Lines =>
        [.. known.Unread(configuration).Select(key => $"{key}: the server does not read it. The nearest setting is {Nearest(key)}.")];

    public void Warn()
    {
        foreach (var key in known.Unread(configuration))
            LogUnread(logger, key, Nearest(key));
    }

    private string Nearest(string key) => known.Keys.Select(candidate => WithIndexOf(key, candidate)).MinBy(candidate => Difference(key, candidate))!;

    private static int Difference(string key, string candidate)
    {
        var (name, other) = (Name(key), Name(candidate));
        var names = EditDistance.Of(name, other);
        var whole = EditDistance.Of(key, candidate);
        return names <= other.Length / LettersPerMistake ? Math.Min(whole, OtherSection + names) : whole;
    }

    // The last part that is not an index.
    private static string Name(string key) => key.Split(ConfigurationPath.KeyDelimiter).Last(part => !IsIndex(part));

    /// <summary>Returns the candidate with the list index of the key.</summary>
    private static string WithIndexOf(string key, string candidate)
    {
        var parts = candidate.Split(ConfigurationPath.KeyDelimiter);
        var at = Array.FindIndex(parts, IsIndex);
        if (at >= 0 && key.Split(ConfigurationPath.KeyDelimiter).FirstOrDefault(IsIndex) is { } index)
            parts[at] = index;
        return string.Join(ConfigurationPath.KeyDelimiter, parts);
    }

    private static bool IsIndex(string part) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    [LoggerMessage(1, LogLevel.Warning, "The server does not read the setting {Key}. The nearest setting is {Nearest}.")]
    private static partial void LogUnread(ILogger logger, string key, string nearest);
}
