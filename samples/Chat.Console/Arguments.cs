using System.Text;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>The parsed command line.</summary>
internal sealed record Arguments(string? User, string? Token, string? To, Uri Server, bool Json)
{
    public const string Usage = """
        usage: Chat.Console --user NAME [--to NAME|#ROOM] [--url http://localhost:5000] [--json]
               Chat.Console --token TOKEN …    for a server that requires tokens; or set CHAT_TOKEN
        """;

    public static Arguments? Parse(string[] args)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i++)
            if (args[i] == "--json")
                values["--json"] = "";
            else if (args[i] is "--user" or "--token" or "--to" or "--url" && i + 1 < args.Length)
                values[args[i]] = args[++i];
            else
                return null;

        var (user, to) = (values.GetValueOrDefault("--user"), values.GetValueOrDefault("--to"));
        var token = values.GetValueOrDefault("--token") ?? (user is null ? Environment.GetEnvironmentVariable("CHAT_TOKEN") : null);
        var hasIdentity = user is null ? !string.IsNullOrEmpty(token) : token is null && Recipient(user) is not (null or ['#', ..]);
        return hasIdentity && (to is null || Recipient(to) is not null)
            && Uri.TryCreate(values.GetValueOrDefault("--url", "http://localhost:5000"), UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? new Arguments(Recipient(user), token, Recipient(to), server, values.ContainsKey("--json"))
            : null;
    }

    /// <summary>Returns a user id or a room, trimmed and in normal form C; null when the text is neither.</summary>
    public static string? Recipient(string? text) => Normalize(text) is { } name && Name.IsRecipient(name) ? name : null;

    /// <summary>Returns a sentence with the reason why a text is neither a user id nor a room; null when it is one.</summary>
    public static string? ProblemWithRecipient(string? text) => Name.ProblemWithRecipient(Normalize(text));

    /// <summary>Returns the first argument with an invalid name, and the reason; null when all names are valid.</summary>
    public static string? ProblemWithNames(string[] args)
    {
        for (var i = 0; i + 1 < args.Length; i++)
            if (args[i] is "--user" or "--to"
                && (args[i] == "--to" ? ProblemWithRecipient(args[i + 1]) : Name.ProblemWithUserId(Normalize(args[i + 1]))) is { } problem)
                return $"{args[i]} is not a valid name. {problem}";
        return null;
    }

    private static string? Normalize(string? text)
    {
        try
        {
            return text?.Trim().Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text; // half of a surrogate pair has no normal form
        }
    }
}
