using System.Net;
using Chat.Server.Identity;

namespace Chat.Server.Push;

/// <summary>Accepts API keys with the scope <c>admin</c> from callers who connect.</summary>
/// <remarks>Users present their tokens in the same header or parameter, and an invalid or expired token is not a guess. So a text with the form of a
/// token is never accepted as a key: otherwise callers could guess keys of that form without a limit.</remarks>
internal sealed class AdminKeys(ApiKeys keys, KeyGuesses guesses) : IAdminKeys
{
    public string? AdminOf(string key, IPAddress? address)
    {
        if (IsToken(key) || !guesses.AreFew(address))
            return null;
        var found = keys.Find(key);
        if (found is null)
            guesses.Count(address);
        return found?.Scopes.Contains(ApiScope.Admin) == true ? found.Name : null;
    }

    // A token is a header, a payload and a signature.
    private static bool IsToken(string key) => key.AsSpan().Count('.') == 2;
}
