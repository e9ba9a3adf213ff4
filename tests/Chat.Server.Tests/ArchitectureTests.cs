using System.Text.RegularExpressions;
using Chat.Server.Tests.Samples;

namespace Chat.Server.Tests;

/// <summary>The dependency rules of the server's folders, checked in the sources.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string ServerFolder = Path.Combine(Repository.Folder, "src", "Chat.Server");

    [Fact]
    public void Storage_IsUsedByChatSetupOnly() =>
        Sources().Where(file => Features(file).Contains("Storage") && file != "ChatSetup.cs" && Folder(file) != "Storage").Should().BeEmpty();

    [Fact]
    public void Storage_DependsOnLogContractsOnly() =>
        Sources().Where(file => Folder(file) == "Storage").SelectMany(Features).Distinct().Should().BeSubsetOf(["Log", "Configuration", "Storage"]);

    [Fact]
    public void Log_DependsOnNoFeature() =>
        Sources().Where(file => Folder(file) == "Log").SelectMany(Features).Distinct().Should().BeSubsetOf(["Log"]);

    [Fact]
    public void SignalR_IsUsedByHubsRawAndDeliveryOnly() =>
        Sources().Where(file => SignalRName().IsMatch(Text(file)))
            .Where(file => Folder(file) is not ("Hubs" or "Raw" or "Delivery"))
            .Should().BeSubsetOf(["ChatHub.cs"]);

    [Fact]
    public void Http_IsUsedAtTheBordersOnly() =>
        Sources().Where(file => HttpName().IsMatch(Text(file)))
            .Where(file => Folder(file) is not ("Hubs" or "Raw" or "Push" or "Identity" or "Origins" or "Admission" or "Operations") && !BorderFile().IsMatch(file))
            .Should().BeEmpty();

    [Fact]
    public void Folder_HoldsAtMost20Files() =>
        Sources().GroupBy(file => Path.GetDirectoryName(file)).Where(folder => folder.Count() > 20).Select(folder => folder.Key).Should().BeEmpty();

    [Fact]
    public void PublicTypes_AreThoseForApplications() =>
        typeof(ChatSetup).Assembly.GetExportedTypes().Should().BeEquivalentTo([
            typeof(ChatSetup), typeof(ChatAddOns), typeof(ChatBuilder), typeof(ChatServer), typeof(IChatPublisher), typeof(IChatAuthorizer), typeof(ChatCaller),
            typeof(LogOpenException), typeof(Compaction)]);

    [Fact]
    public void Sources_HaveNoGlobalUsings() =>
        Sources().Where(file => Text(file).Contains("global using", StringComparison.Ordinal)).Should().BeEmpty();

    /// <summary>.NET's own may dispose an idle limiter between look-up and use: <c>DefaultPartitionedRateLimiter.Heartbeat</c> does not take the
    /// lock of its callers.</summary>
    [Fact]
    public void PartitionedLimiter_IsSteady()
    {
        var made = Sources().Select(Text).SelectMany(text => PartitionedLimiter().Matches(text)).ToList();
        made.Should().HaveCountGreaterThanOrEqualTo(3).And.OnlyContain(match => match.Groups["steady"].Success);
    }

    [Fact]
    public void File_HasAtMost400Lines() =>
        Sources().Where(file => File.ReadLines(Path.Combine(ServerFolder, file)).Count() > 400).Should().BeEmpty();

    private static IEnumerable<string> Sources()
    {
        var sources = Directory.EnumerateFiles(ServerFolder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(ServerFolder, file))
            .Where(file => Folder(file) is not ("bin" or "obj"))
            .ToList();
        sources.Should().HaveCountGreaterThan(20);
        return sources;
    }

    private static string Folder(string file) => file.Contains(Path.DirectorySeparatorChar) ? file[..file.IndexOf(Path.DirectorySeparatorChar)] : "";

    /// <summary>Returns the features that a file names, in a using or in a qualified name.</summary>
    private static IEnumerable<string> Features(string file) => FeatureName().Matches(Text(file)).Select(match => match.Groups[1].Value).Distinct();

    private static string Text(string file) => File.ReadAllText(Path.Combine(ServerFolder, file));

    [GeneratedRegex(@"(?<steady>new SteadyLimiter<\w+>\()?PartitionedRateLimiter\.Create<")]
    private static partial Regex PartitionedLimiter();

    [GeneratedRegex(@"(?<!namespace )Chat\.Server\.(\w+)")]
    private static partial Regex FeatureName();

    [GeneratedRegex(@"\b(HttpContext|HttpRequest|HttpResponse|IFormFile|IResult|Results|StatusCodes|IApplicationBuilder|RequestDelegate)\b")]
    private static partial Regex HttpName();

    [GeneratedRegex(@"(Endpoints|Setup|Middleware|Authentication)\.cs$")]
    private static partial Regex BorderFile();

    // Not the category of its logs, which is in quotes.
    [GeneratedRegex(@"(?<!"")Microsoft\.AspNetCore\.SignalR")]
    private static partial Regex SignalRName();
}
