using Microsoft.Extensions.Options;

namespace Chat.Server.Origins;

/// <summary>The sites whose pages may connect.</summary>
internal sealed class OriginOptions
{
    public const string SectionName = "Chat";

    /// <summary>Scheme, host and port as a browser writes them, or <c>null</c> for pages opened from files. An app's own scheme is possible. The server's
    /// own origin is always allowed.</summary>
    public IList<string> Origins { get; } = [];
}

internal sealed class OriginOptionsValidator : IValidateOptions<OriginOptions>
{
    public ValidateOptionsResult Validate(string? name, OriginOptions options)
    {
        var failures = options.Origins.Index().Where(origin => Origin.Normalize(origin.Item) is null).Select(origin =>
            $"{OriginOptions.SectionName}:{nameof(options.Origins)}:{origin.Index} = '{origin.Item}': write scheme and host, for instance "
            + "https://chat.example.com or capacitor://localhost, with a port unless it is the default; or null for pages opened from files.").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
