namespace Chat.Terminal;

/// <summary>What the command line says.</summary>
internal sealed record Arguments(string User, string? To, Uri Server)
{
    public const string Usage = "usage: Chat.Console --user NAME [--to NAME] [--url http://localhost:5000]";

    public static Arguments? Parse(string[] args)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i + 1 < args.Length; i += 2)
            values[args[i]] = args[i + 1];
        return args.Length % 2 == 0 && values.Keys.All(key => key is "--user" or "--to" or "--url")
            && values.TryGetValue("--user", out var user) && Uri.TryCreate(values.GetValueOrDefault("--url", "http://localhost:5000"), UriKind.Absolute, out var server)
            ? new Arguments(user, values.GetValueOrDefault("--to"), server)
            : null;
    }
}
