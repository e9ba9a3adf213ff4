using Chat.Protocol;
using Chat.Server.Sending;
using Microsoft.Extensions.Options;

namespace Chat.Server.Push;

/// <summary>Which back ends may call <c>/api/v1</c>.</summary>
internal sealed class PushOptions
{
    public const string SectionName = "Chat:Push";

    public IList<ApiKeyOptions> ApiKeys { get; } = [];
}

/// <summary>One key.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Who bears it: the sender of what it pushes.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key's UTF-8 bytes, in lower-case hex: the key itself is nowhere on the server.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>What it may do: <see cref="ApiScope.All"/>.</summary>
    public IList<string> Scopes { get; } = [];
}

/// <param name="reserved">The server's own names, once they are known to be good themselves.</param>
internal sealed class PushOptionsValidator(Func<ReservedNames> reserved) : IValidateOptions<PushOptions>
{
    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.ApiKeys.Count; i++)
        {
            var (key, at) = (options.ApiKeys[i], $"{PushOptions.SectionName}:{nameof(PushOptions.ApiKeys)}:{i}");
            if (Name.ProblemWithUserId(key.Name) is { } problem)
                failures.Add($"{at}:{nameof(key.Name)} = '{key.Name}': Give a user id: 1 to 64 characters without a colon. {problem}");
            else if (IsReserved(key.Name))
                failures.Add($"{at}:{nameof(key.Name)} = '{key.Name}': Give another; this one is the server's own.");
            if (key.Sha256.Length != 64 || !key.Sha256.All(char.IsAsciiHexDigitLower))
                failures.Add($"{at}:{nameof(key.Sha256)}: Give 64 lower-case hex digits: printf %s KEY | sha256sum");
            if (key.Scopes.Count == 0)
                failures.Add($"{at}:{nameof(key.Scopes)}: Give one or more of {string.Join(", ", ApiScope.All)}.");
            foreach (var scope in key.Scopes.Except(ApiScope.All, StringComparer.Ordinal))
                failures.Add($"{at}:{nameof(key.Scopes)} = '{scope}': Give one or more of {string.Join(", ", ApiScope.All)}.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private bool IsReserved(string name)
    {
        try
        {
            return reserved().Contains(name);
        }
        catch (OptionsValidationException)
        {
            return false;
        }
    }
}

/// <summary>What a key may do.</summary>
internal static class ApiScope
{
    public const string Push = "push";
    public const string Topics = "topics";
    public const string Rooms = "rooms";
    public const string Admin = "admin";
    public const string Impersonate = "impersonate";

    public static readonly string[] All = [Push, Topics, Rooms, Admin, Impersonate];
}
