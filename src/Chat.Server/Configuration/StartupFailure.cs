using Chat.Server.Messaging;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Chat.Server.Configuration;

/// <summary>Says why the server did not start, in words for the person who started it.</summary>
internal static class StartupFailure
{
    /// <summary>What to print, a line each; empty when the exception is nothing that an operator caused.</summary>
    public static IReadOnlyList<string> Explain(Exception failure) => failure switch
    {
        AggregateException many when many.InnerExceptions.All(e => Explain(e).Count > 0) => [.. many.InnerExceptions.SelectMany(Explain)],
        OptionsValidationException settings => [.. settings.Failures],
        LogOpenException log => [log.Message],
        IOException { InnerException: AddressInUseException } => [failure.Message + " Choose another with --urls."],
        _ => [],
    };
}
