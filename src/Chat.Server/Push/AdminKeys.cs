using System.Net;
using Chat.Server.Admission;
using Chat.Server.Identity;
using Microsoft.Extensions.Options;

namespace Chat.Server.Push;

/// <summary>Accepts API keys with the scope <c>admin</c> from callers who connect.</summary>
/// <remarks>Users present their tokens in the same header or parameter, and an invalid or expired token is not a guess. So a text with the form of a
/// token is never accepted as a key: otherwise callers could guess keys of that form without a limit. Tokens of an application may have any form.
/// Those that it refuses are counted apart: over the limit, only such texts are no longer accepted as keys.</remarks>
internal sealed class AdminKeys(ApiKeys keys, KeyGuesses guesses, IOptions<LimitsOptions> limits) : IAdminKeys, IDisposable
{
    private readonly AddressLimit refusedTokens = new(limits.Value.WrongKeysPerMinute, KeyGuesses.Period);

    public string? AdminOf(string key, IPAddress? address, bool isRefusedToken)
    {
        if (IsToken(key) || !guesses.AreFew(address) || (isRefusedToken && !refusedTokens.HasCapacity(address)))
            return null;
        var found = keys.Find(key);
        if (found is null && isRefusedToken)
            refusedTokens.TryCount(address);
        else if (found is null)
            guesses.Count(address);
        return found?.Scopes.Contains(ApiScope.Admin) == true ? found.Name : null;
    }

    public void Dispose() => refusedTokens.Dispose();

    // A token is a header, a payload and a signature.
    private static bool IsToken(string key) => key.AsSpan().Count('.') == 2;
}
