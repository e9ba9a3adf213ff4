using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Chat.Server.Push;

/// <summary>The API keys of the back ends. The server knows their digests only.</summary>
internal sealed class ApiKeys
{
    private readonly List<ApiKey> keys;

    public ApiKeys(IOptions<PushOptions> options, IHostEnvironment environment)
    {
        keys = [.. options.Value.ApiKeys.Select(key => new ApiKey(key.Name, Convert.FromHexString(key.Sha256), [.. key.Scopes]))];
        if (keys.Count > 0 || !environment.IsDevelopment())
            return;
        DevelopmentKey = RandomNumberGenerator.GetHexString(32, lowercase: true);
        keys.Add(new ApiKey("backend", Digest(DevelopmentKey), ApiScope.All));
    }

    /// <summary>A generated key, valid until the server stops; null outside Development, or when a key is configured.</summary>
    public string? DevelopmentKey { get; }

    /// <summary>Returns the configured key; null when it is unknown. Every unknown key takes the same time.</summary>
    public ApiKey? Find(string key)
    {
        var digest = Digest(key);
        ApiKey? found = null;
        foreach (var known in keys)
            if (CryptographicOperations.FixedTimeEquals(known.Sha256, digest))
                found = known;
        return found;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

internal sealed record ApiKey(string Name, byte[] Sha256, IReadOnlyCollection<string> Scopes);
