using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Chat.Server.Configuration;

/// <summary>Reads the valid values of a section and reports every invalid one. (The framework's binder stops at the first.)</summary>
internal sealed class SettingsReader<TOptions>(IConfigurationSection section) : IConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options) => SettingsReader.Read(section, options, []);

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var errors = new List<string>();
        SettingsReader.Read(section, Activator.CreateInstance<TOptions>(), errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

internal static class SettingsReader
{
    private static readonly char[] Separators = [',', ';', ' '];

    /// <summary>Sets the properties of <paramref name="options"/>, and adds a line to <paramref name="errors"/> for each invalid value.</summary>
    public static void Read(IConfigurationSection section, object options, List<string> errors)
    {
        foreach (var setting in SettingProperty.Of(options.GetType()))
        {
            var (property, at) = (setting.Property, section.GetSection(setting.Name));
            if (setting.ItemType is { } item)
                ReadList(at, $"{section.Path}:{setting.Name}", (IList)property.GetValue(options)!, item, errors);
            else if (at.Value is not { Length: > 0 } text)
                continue;
            else if (TryConvert(text, ValueType(property), out var value))
                property.SetValue(options, value);
            else
                errors.Add($"{section.Path}:{setting.Name} = '{text}': write {Form(ValueType(property))}.");
        }
    }

    /// <summary>Returns whether the property is unset, or its text is a value of its type.</summary>
    public static bool CanRead(IConfigurationSection section, PropertyInfo property) =>
        section[property.Name] is not { Length: > 0 } text || TryConvert(text, ValueType(property), out _);

    private static void ReadList(IConfigurationSection section, string key, IList list, Type item, List<string> errors)
    {
        if (section.Value is { Length: > 0 } text)
            errors.Add(SettingProperty.IsValue(item) ? PlainValue(key, text) : PlainObject(key, item));
        foreach (var child in section.GetChildren())
        {
            if (SettingProperty.IsValue(item))
            {
                if (TryConvert(child.Value ?? "", item, out var value))
                    list.Add(value);
                else
                    errors.Add($"{child.Path} = '{child.Value}': write {Form(item)}.");
                continue;
            }
            var entry = Activator.CreateInstance(item)!;
            Read(child, entry, errors);
            list.Add(entry);
        }
    }

    private static string PlainValue(string key, string text)
    {
        var items = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Select((item, i) => $"{Variable(key)}__{i}={item}");
        return $"{key} = '{text}': it is a list. Write {string.Join(" and ", items)}, or an array in a settings file.";
    }

    // The value is omitted: it may be a secret.
    private static string PlainObject(string key, Type item)
    {
        var items = SettingProperty.Of(item).Select(setting => $"{Variable(key)}__0__{setting.Name}{(setting.ItemType is null ? "" : "__0")}=VALUE");
        return $"{key}: it is a list. Write {string.Join(" and ", items)}, or an array in a settings file.";
    }

    private static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static Type ValueType(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static bool TryConvert(string text, Type type, out object? value)
    {
        value = null;
        try
        {
            // A number is not a name: Enum.Parse would accept 7 without such a member.
            value = type.IsEnum
                ? text.Length > 0 && char.IsLetter(text[0]) && Enum.TryParse(type, text, ignoreCase: true, out var choice) ? choice : null
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
        : type == typeof(string) ? "text"
        : "a whole number";
}

/// <summary>Adds key and value to the failures of a feature's own validator.</summary>
internal sealed class SettingsValidator<TOptions>(IValidateOptions<TOptions> rules, IConfigurationSection section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var failures = (rules.Validate(name, options).Failures ?? []).Select(Describe).OfType<string>().ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    // A generated validator begins a failure with the property's name and a colon; a failure of a range then names the property again. An
    // unreadable value is already reported, and the property has its default.
    private string? Describe(string failure)
    {
        var colon = failure.IndexOf(": ", StringComparison.Ordinal);
        var property = colon < 0 ? null : typeof(TOptions).GetProperty(failure[..colon]);
        if (property is null)
            return $"{section.Path}: {failure}";
        var remedy = failure[(colon + 2)..].Replace($"The field {typeof(TOptions).Name}.{property.Name} must", "It must", StringComparison.Ordinal);
        return SettingsReader.CanRead(section, property) ? $"{section.Path}:{property.Name} = '{section[property.Name]}': {remedy}" : null;
    }
}
