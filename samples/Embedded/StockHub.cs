using Microsoft.AspNetCore.SignalR;

namespace Embedded;

/// <summary>A hub of the shop's own, beside the chat's.</summary>
internal sealed class StockHub(Stock stock) : Hub
{
    public int Count(string article) => stock.Count(article);
}

/// <summary>The articles of the shop.</summary>
internal sealed class Stock
{
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal) { ["pen"] = 12, ["paper"] = 500 };

    /// <summary>Returns how many of an article there are; 0 for an unknown one.</summary>
    public int Count(string article) => counts.GetValueOrDefault(article);
}
