using System.Security.Cryptography;
using Chat.Protocol;
using Chat.Server.Sending;
using Microsoft.Extensions.Options;

namespace Chat.Server.Push;

/// <summary>The API keys of the back ends that may call <c>/api/v1</c>.</summary>
internal sealed class PushOptions
{
    public const string SectionName = "Chat:Push";

    public IList<ApiKeyOptions> ApiKeys { get; } = [];
}

/// <summary>An API key.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>The back end's name, and the sender of its messages.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key's UTF-8 bytes, in lower-case hex: the server does not store the key.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>The permitted kinds of calls, from <see cref="ApiScope.All"/>.</summary>
    public IList<string> Scopes { get; } = [];
}

/// <param name="reserved">Returns the server's own names, or throws if their settings are invalid.</param>
internal sealed class PushOptionsValidator(Func<ReservedNames> reserved) : IValidateOptions<PushOptions>
{
    private const int HexDigits = 2 * SHA256.HashSizeInBytes;

    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.ApiKeys.Count; i++)
        {
            var (key, at) = (options.ApiKeys[i], $"{PushOptions.SectionName}:{nameof(PushOptions.ApiKeys)}:{i}");
            if (Name.ProblemWithUserId(key.Name) is { } problem)
                failures.Add($"{at}:{nameof(key.Name)} = '{key.Name}': Give a user id: 1 to {Name.MaxLength} characters without a colon. {problem}");
            else if (IsReserved(key.Name))
                failures.Add($"{at}:{nameof(key.Name)} = '{key.Name}': Give another name; the server reserves this one.");
            if (key.Sha256.Length != HexDigits || !key.Sha256.All(char.IsAsciiHexDigitLower))
                failures.Add($"{at}:{nameof(key.Sha256)}: Give {HexDigits} lower-case hex digits: printf %s KEY | sha256sum");
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

/// <summary>The scopes of API keys.</summary>
internal static class ApiScope
{
    public const string Push = "push";
    public const string Topics = "topics";
    public const string Rooms = "rooms";
    public const string Admin = "admin";
    public const string Impersonate = "impersonate";

    public static readonly string[] All = [Push, Topics, Rooms, Admin, Impersonate];
}
