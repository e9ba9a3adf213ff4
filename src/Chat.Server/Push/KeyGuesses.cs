using System.Net;
using Chat.Protocol;
using Chat.Server.Admission;
using Microsoft.Extensions.Options;

namespace Chat.Server.Push;

/// <summary>Stops listening to an address that presents wrong API keys again and again.</summary>
internal sealed class KeyGuesses(IOptions<LimitsOptions> options) : IDisposable
{
    private readonly AddressLimit wrong = new(options.Value.WrongKeysPerMinute, TimeSpan.FromMinutes(1));

    /// <exception cref="ChatException"><c>rate_limited</c>: it has presented too many. A right key does not help then, or guessing would go on.</exception>
    public void RequireFew(IPAddress? address)
    {
        if (!AreFew(address))
            throw new ChatException(ChatError.RateLimited, "Too many wrong keys came from this address.");
    }

    public bool AreFew(IPAddress? address) => wrong.HasRoom(address);

    public void Count(IPAddress? address) => wrong.TryCount(address);

    public void Dispose() => wrong.Dispose();
}
