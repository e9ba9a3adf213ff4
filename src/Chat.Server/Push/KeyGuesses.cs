using System.Net;
using Chat.Protocol;
using Chat.Server.Admission;
using Microsoft.Extensions.Options;

namespace Chat.Server.Push;

/// <summary>Limits the wrong API keys of each address. Over the limit, the server refuses every key from the address.</summary>
internal sealed class KeyGuesses(IOptions<LimitsOptions> options) : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly string tooMany = $"This address presented {options.Value.WrongKeysPerMinute} wrong API keys within a minute. Wait a minute.";
    private readonly AddressLimit wrong = new(options.Value.WrongKeysPerMinute, Period);

    /// <exception cref="ChatException"><c>rate_limited</c>: too many wrong keys came from the address. A valid key is refused too, so that guessing stops.</exception>
    public void RequireFew(IPAddress? address)
    {
        if (!AreFew(address))
            throw new ChatException(ChatError.RateLimited, tooMany);
    }

    public bool AreFew(IPAddress? address) => wrong.HasCapacity(address);

    public void Count(IPAddress? address) => wrong.TryCount(address);

    public void Dispose() => wrong.Dispose();
}
