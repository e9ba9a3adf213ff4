using Microsoft.Playwright;

namespace Chat.Web.Tests;

/// <summary>Checks a page with axe-core.</summary>
internal static class Accessibility
{
    private const string Findings =
        """
        async () => (await axe.run()).violations
            .filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`)
        """;

    /// <summary>Returns the serious and critical findings.</summary>
    public static async Task<string[]> FindingsAsync(IPage page)
    {
        // The debugger evaluates it, so the page's content security policy does not apply.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Repository.Axe));
        return await page.EvaluateAsync<string[]>(Findings);
    }
}
