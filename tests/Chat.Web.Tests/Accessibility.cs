using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>What axe-core finds in a page.</summary>
internal static class Accessibility
{
    private const string Findings =
        """
        async () => (await axe.run()).violations
            .filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`)
        """;

    /// <summary>The serious findings; there should be none.</summary>
    public static async Task<string[]> FindingsAsync(IPage page)
    {
        // By the debugger, which no policy of the page concerns.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Repository.Axe));
        return await page.EvaluateAsync<string[]>(Findings);
    }
}
