using Microsoft.Extensions.Options;

namespace Chat.Hosting;

/// <summary>Checks the addresses to listen on at start, together with the other settings. Kestrel would report a bad one with a stack trace.</summary>
internal sealed class ServerAddresses : IValidateOptions<ServerAddresses>
{
    private const string Setting = "urls";

    public string Urls { get; set; } = "";

    public static void AddTo(IServiceCollection services)
    {
        services.AddOptions<ServerAddresses>().Configure<IConfiguration>((addresses, configuration) => addresses.Urls = configuration[Setting] ?? "").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServerAddresses>, ServerAddresses>();
    }

    public ValidateOptionsResult Validate(string? name, ServerAddresses options)
    {
        var bad = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(address => !IsAddress(address)).ToList();
        return bad.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(bad.Select(address => $"{Setting} = '{address}': write an address with its scheme, for instance http://localhost:5000."));
    }

    private static bool IsAddress(string address)
    {
        try
        {
            BindingAddress.Parse(address);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
