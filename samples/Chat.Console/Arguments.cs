using System.Text;
using Chat.Protocol;

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
        var to = values.GetValueOrDefault("--to");
        return args.Length % 2 == 0 && values.Keys.All(key => key is "--user" or "--to" or "--url")
            && UserId(values.GetValueOrDefault("--user")) is { } user && (to is null || UserId(to) is not null)
            && Uri.TryCreate(values.GetValueOrDefault("--url", "http://localhost:5000"), UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? new Arguments(user, UserId(to), server)
            : null;
    }

    /// <summary>A user id as it was meant, with each accent in its letter; null when it is none.</summary>
    public static string? UserId(string? text)
    {
        try
        {
            return text?.Trim().Normalize(NormalizationForm.FormC) is { } name && Name.IsUserId(name) ? name : null;
        }
        catch (ArgumentException)
        {
            return null; // half a surrogate pair has no normal form
        }
    }
}
