using System.Net;
using Chat.Server.Identity;

namespace Chat.Server.Push;

/// <summary>The keys with the scope <c>admin</c>, for those who connect with one.</summary>
internal sealed class AdminKeys(ApiKeys keys, KeyGuesses guesses) : IAdminKeys
{
    public string? AdminOf(string key, IPAddress? address)
    {
        if (!guesses.AreFew(address))
            return null;
        var found = keys.Find(key);
        if (found is null && !IsToken(key))
            guesses.Count(address);
        return found?.Scopes.Contains(Scope.Admin) == true ? found.Name : null;
    }

    // Of users, who present it in the same place: that is no guess.
    private static bool IsToken(string key) => key.Contains('.', StringComparison.Ordinal);
}
