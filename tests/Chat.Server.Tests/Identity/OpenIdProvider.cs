using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Server.Tests.Identity;

/// <summary>A small OpenID provider: serves its configuration and its keys.</summary>
internal sealed class OpenIdProvider : IDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly HttpListener listener = new();
    private readonly string address;

    public OpenIdProvider()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }
        listener.Prefixes.Add(address + "/");
        listener.Start();
        _ = AnswerAsync();
    }

    public Dictionary<string, string> Settings => new()
    {
        ["Chat:Identity:Mode"] = "Jwt",
        ["Chat:Identity:Jwt:Authority"] = address,
        ["Chat:Identity:Jwt:Audience"] = "chat",
    };

    /// <summary>The public part of the key.</summary>
    public byte[] PublicKey => rsa.ExportSubjectPublicKeyInfo();

    public string Token(string subject) => Token(subject, rsa, "k1");

    /// <summary>Returns a token signed with a key that the provider does not serve.</summary>
    public string TokenOfAnotherKey(string subject)
    {
        using var another = RSA.Create(2048);
        return Token(subject, another, "k2");
    }

    public void Stop() => listener.Stop();

    public void Dispose()
    {
        listener.Close();
        rsa.Dispose();
    }

    private string Token(string subject, RSA key, string keyId) => Tokens.Of(
        subject, signedBy: new SigningCredentials(new RsaSecurityKey(key) { KeyId = keyId }, SecurityAlgorithms.RsaSha256), claims: new() { ["iss"] = address });

    private async Task AnswerAsync()
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var json = context.Request.Url!.AbsolutePath == "/.well-known/openid-configuration"
                    ? $$"""{"issuer":"{{address}}","jwks_uri":"{{address}}/keys"}"""
                    : $$"""{"keys":[{"kty":"RSA","use":"sig","kid":"k1","alg":"RS256","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""";
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The listener is stopped.
        }
    }
}
