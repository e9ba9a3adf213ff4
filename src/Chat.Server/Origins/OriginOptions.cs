using Microsoft.Extensions.Options;

namespace Chat.Server.Origins;

/// <summary>From which sites a page may connect.</summary>
internal sealed class OriginOptions
{
    public const string SectionName = "Chat";

    /// <summary>Scheme, host and port as a browser writes them, also of an app's own scheme; or <c>null</c>, what it writes for a file. The server's own is always allowed.</summary>
    public IList<string> Origins { get; } = [];
}

internal sealed class OriginOptionsValidator : IValidateOptions<OriginOptions>
{
    public ValidateOptionsResult Validate(string? name, OriginOptions options)
    {
        var failures = options.Origins.Index().Where(origin => Origin.Normalize(origin.Item) is null).Select(origin =>
            $"{OriginOptions.SectionName}:{nameof(options.Origins)}:{origin.Index} = '{origin.Item}': write scheme and host, for instance https://chat.example.com or capacitor://localhost, with a port unless it is the usual one; or null for pages that are opened from files.").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
