using System.Net;
using Chat.Server.Identity;

namespace Chat.Server.Push;

/// <summary>The keys with the scope <c>admin</c>, for those who connect with one.</summary>
/// <remarks>Users present their tokens in the same place, and a bad or old one is no guess. So what is built like a token is none of the keys,
/// even if it is: otherwise keys of that kind could be guessed as often as one likes.</remarks>
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

    // Header, payload and signature.
    private static bool IsToken(string key) => key.AsSpan().Count('.') == 2;
}
