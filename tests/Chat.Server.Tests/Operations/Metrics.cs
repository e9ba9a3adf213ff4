using System.Globalization;
using System.Text.RegularExpressions;

namespace Chat.Server.Tests.Operations;

/// <summary>Reads <c>/metrics</c> of a server.</summary>
internal static partial class Metrics
{
    /// <summary>Returns the current values by name and labels, without the labels of the instrumentation scope.</summary>
    public static async Task<Dictionary<string, double>> OfAsync(Uri server)
    {
        using var http = new HttpClient { BaseAddress = server };
        return (await http.GetStringAsync("/metrics")).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(
                parts => Scope().Replace(parts[0], "").Replace(",}", "}", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal),
                parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Returns the number of connections of all kinds.</summary>
    public static async Task<double> ConnectionsOfAsync(Uri server) =>
        (await OfAsync(server)).Where(metric => metric.Key.StartsWith("chat_connections{", StringComparison.Ordinal)).Sum(metric => metric.Value);

    [GeneratedRegex("otel_scope_[a-z_]+=\"[^\"]*\",?")]
    private static partial Regex Scope();
}
