using System.ComponentModel;
using System.Globalization;
using System.Reflection;
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

    /// <summary>The same for options that are good when they can be read.</summary>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton<IConfigureOptions<TOptions>>(s => new SettingsReader<TOptions>(s.GetRequiredService<IConfiguration>().GetSection(section)));
        services.AddSingleton<IValidateOptions<TOptions>>(s => new SettingsReader<TOptions>(s.GetRequiredService<IConfiguration>().GetSection(section)));
        services.AddOptions<TOptions>().ValidateOnStart();
    }

    /// <summary>Reports every bad setting at once, before anything uses one.</summary>
    public static void CheckSettings(this WebApplication app)
    {
        var bad = new List<Exception>();
        foreach (var check in (Action[])[CheckUnicode, () => CheckAddresses(app.Configuration["urls"]), app.Services.GetRequiredService<IStartupValidator>().Validate])
            try
            {
                check();
            }
            catch (Exception e) when (StartupFailure.Explain(e).Count > 0)
            {
                bad.Add(e);
            }
        if (bad.Count > 0)
            throw new AggregateException(bad);
    }

    // In invariant mode every text counts as normalized, and one user could have two names that look the same.
    private static void CheckUnicode()
    {
        if ("e\u0301".IsNormalized())
            throw new OptionsValidationException("Globalization", typeof(string), ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: unset it, and install ICU if it is missing; names need Unicode."]);
    }

    // The server would say it too, with a stack of its own code.
    private static void CheckAddresses(string? urls)
    {
        foreach (var address in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            try
            {
                BindingAddress.Parse(address);
            }
            catch (FormatException)
            {
                throw new OptionsValidationException("urls", typeof(string), [$"urls = '{address}': write an address with its scheme, for instance http://localhost:5000."]);
            }
    }
}

/// <summary>Reads the values that can be read, and names those that cannot. (The framework's binder stops at the first.)</summary>
internal sealed class SettingsReader<TOptions>(IConfigurationSection section) : IConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options) => Read(options, []);

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var errors = new List<string>();
        Read(null, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private void Read(TOptions? options, List<string> errors)
    {
        foreach (var property in typeof(TOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (section[property.Name] is not { Length: > 0 } text)
                continue;
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (TryConvert(text, type, out var value))
                property.SetValue(options ?? Activator.CreateInstance<TOptions>(), value);
            else
                errors.Add($"{section.Path}:{property.Name} = '{text}': write {Form(type)}.");
        }
    }

    /// <summary>Whether the property is unset, or its text is a value of its type.</summary>
    public static bool CanRead(IConfigurationSection section, PropertyInfo property) =>
        section[property.Name] is not { Length: > 0 } text || TryConvert(text, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, out _);

    private static bool TryConvert(string text, Type type, out object? value)
    {
        value = null;
        try
        {
            // A number is no name: Enum.Parse would take 7 for a choice that does not exist.
            value = type.IsEnum
                ? char.IsLetter(text[0]) && Enum.TryParse(type, text, ignoreCase: true, out var choice) ? choice : null
                : TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text);
            return value is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Form(Type type) =>
        type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(TimeSpan) ? "a time as hh:mm:ss, for instance 00:00:10"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : "a whole number";
}

/// <summary>Puts key and value before what the feature's own validator says.</summary>
internal sealed class SettingsValidator<TOptions>(IValidateOptions<TOptions> rules, IConfigurationSection section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var failures = (rules.Validate(name, options).Failures ?? []).Select(Describe).OfType<string>().ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    // A generated validator begins a failure with the property's name and a colon, and one about a range by naming it again. What could not be
    // read at all has been reported, and stands at its default.
    private string? Describe(string failure)
    {
        var colon = failure.IndexOf(": ", StringComparison.Ordinal);
        var property = colon < 0 ? null : typeof(TOptions).GetProperty(failure[..colon]);
        if (property is null)
            return $"{section.Path}: {failure}";
        var remedy = failure[(colon + 2)..].Replace($"The field {typeof(TOptions).Name}.{property.Name} must", "It must", StringComparison.Ordinal);
        return SettingsReader<TOptions>.CanRead(section, property) ? $"{section.Path}:{property.Name} = '{section[property.Name]}': {remedy}" : null;
    }
}
