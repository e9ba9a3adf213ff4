using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Chat.Server.Tests.Push;

/// <summary>API keys of tests.</summary>
internal static class Keys
{
    public static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Returns the settings for keys with their names and scopes.</summary>
    public static Dictionary<string, string> Settings(params (string Key, string Name, string[] Scopes)[] keys)
    {
        var settings = new Dictionary<string, string>();
        foreach (var (i, (key, name, scopes)) in keys.Index())
        {
            settings[$"Chat:Push:ApiKeys:{i}:Name"] = name;
            settings[$"Chat:Push:ApiKeys:{i}:Sha256"] = Sha256(key);
            foreach (var (j, scope) in scopes.Index())
                settings[$"Chat:Push:ApiKeys:{i}:Scopes:{j}"] = scope;
        }
        return settings;
    }

    public static HttpClient Client(Uri server, string key)
    {
        var client = new HttpClient { BaseAddress = server };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
