using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Configuration;

internal static class Settings
{
    /// <summary>Binds a feature's options to their section; every bad value is reported at start, with its key, value and remedy.</summary>
    public static void AddSettings<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSettings<TOptions>(section);
        services.AddSingleton<IValidateOptions<TOptions>>(s => new SettingsValidator<TOptions>(
            ActivatorUtilities.CreateInstance<TValidator>(s), s.GetRequiredService<IConfiguration>().GetSection(section)));
    }

    /// <summary>The same for options without a validator, or with one that names the keys itself.</summary>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton(new SettingsSection(section, typeof(TOptions)));
        services.TryAddSingleton<UnreadSettings>();
        services.AddSingleton<IConfigureOptions<TOptions>>(s => new SettingsReader<TOptions>(s.GetRequiredService<IConfiguration>().GetSection(section)));
        services.AddSingleton<IValidateOptions<TOptions>>(s => new SettingsReader<TOptions>(s.GetRequiredService<IConfiguration>().GetSection(section)));
        services.AddOptions<TOptions>().ValidateOnStart();
    }

    /// <summary>Reports every bad setting at once, before anything uses one, and warns of settings that the server does not read.</summary>
    public static void CheckSettings(this WebApplication app)
    {
        var bad = new List<Exception>();
        foreach (var check in (Action[])[CheckUnicode, app.Services.GetRequiredService<IStartupValidator>().Validate])
            try
            {
                check();
            }
            catch (OptionsValidationException e)
            {
                bad.Add(e);
            }
            catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OptionsValidationException))
            {
                bad.AddRange(e.InnerExceptions);
            }
        var unread = app.Services.GetRequiredService<UnreadSettings>();
        if (bad.Count == 0)
        {
            unread.Warn();
            return;
        }
        // A misspelled key may be the reason. The logger may lose its last lines when the process ends.
        if (unread.Lines is { Count: > 0 } lines)
            bad.Add(new OptionsValidationException("Chat", typeof(string), lines));
        throw new AggregateException(bad);
    }

    // In invariant mode every text counts as normalized, so that two users could have names that look the same.
    private static void CheckUnicode()
    {
        if ("e\u0301".IsNormalized())
            throw new OptionsValidationException("Globalization", typeof(string), ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: unset it, and install ICU if it is missing; names need Unicode."]);
    }
}
