using System.Text;
using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Scenarios;

/// <summary>Fills this server's log quickly: batches of 1 000 messages, several at once.</summary>
internal static class LogFiller
{
    private const int BatchOf = 1_000, AtOnce = 4;

    /// <summary>Stores messages to the users u0, u1 … in turn, round after round.</summary>
    /// <param name="number">Returns the number in the place of the stamp for a round.</param>
    public static void Fill(int port, int users, long messages, int size, Func<long, long> number)
    {
        using var http = BackEnd.Client(port);
        var content = Stamp.Content(size);
        var batches = (messages + BatchOf - 1) / BatchOf;
        Parallel.ForEachAsync(Batches(batches), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (batch, stopping) =>
        {
            using var body = new StringContent(Body(batch * BatchOf, Math.Min(BatchOf, messages - (batch * BatchOf)), users, content, number), Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync("/api/v1/messages/batch", body, stopping);
            answer.EnsureSuccessStatusCode();
        }).GetAwaiter().GetResult();
    }

    private static IEnumerable<long> Batches(long count)
    {
        for (var i = 0L; i < count; i++)
            yield return i;
    }

    private static string Body(long first, long count, int users, string content, Func<long, long> number)
    {
        var body = new StringBuilder("{\"messages\":[");
        var digits = new byte[Stamp.Digits];
        for (var i = first; i < first + count; i++)
        {
            Stamp.Write(digits, number(i / users));
            body.Append(i == first ? "" : ",").Append("{\"to\":\"u").Append(i % users).Append("\",\"content\":\"T=").Append(Encoding.ASCII.GetString(digits));
            body.Append(content, Stamp.Empty.Length, content.Length - Stamp.Empty.Length).Append("\"}");
        }
        return body.Append("]}").ToString();
    }
}
