using System.Reflection;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests.Configuration;

public sealed partial class SettingsTableTests
{
    /// <summary>Compares the documented defaults with those of the options types.</summary>
    [Fact]
    public void SettingsTable_MatchesTheDefaults()
    {
        var table = Row().Matches(File.ReadAllText(Path.Combine(Repository.Folder, "docs", "operations.md")))
            .Where(row => row.Groups[2].Value is not "–" && row.Groups[1].Value is not "Chat:Identity:Mode").ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);
        var settings = new Dictionary<string, string>();
        foreach (var type in typeof(ChatSetup).Assembly.GetTypes())
            if (type.GetField("SectionName")?.GetRawConstantValue() is string section && section is not ("Chat" or "Chat:Identity" or "Chat:Identity:Jwt" or "Chat:Push"))
                foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                    settings[$"{section}:{property.Name}"] = Write(property.GetValue(Activator.CreateInstance(type)));
        table.Should().BeEquivalentTo(settings);
        table.Should().HaveCountGreaterThan(10);
    }

    private static string Write(object? value) => value switch
    {
        bool yes => yes ? "true" : "false",
        TimeSpan time => time.ToString(time.Milliseconds == 0 ? "hh\\:mm\\:ss" : "hh\\:mm\\:ss\\.fff", null),
        _ => $"{value}",
    };

    [GeneratedRegex(@"^\| `(Chat:[\w:]+)` \| `?([^ `|]+)`? \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
