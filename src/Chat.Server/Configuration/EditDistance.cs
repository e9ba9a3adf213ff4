namespace Chat.Server.Configuration;

/// <summary>Counts the characters to add, remove or replace to turn one text into another (Levenshtein distance), ignoring case.</summary>
internal static class EditDistance
{
    public static int Of(string from, string to)
    {
        var distances = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            // The distance of the two prefixes without their last characters.
            var without = distances[0];
            distances[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = without + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1);
                without = distances[j];
                distances[j] = Math.Min(replaced, 1 + Math.Min(distances[j], distances[j - 1]));
            }
        }
        return distances[to.Length];
    }
}
