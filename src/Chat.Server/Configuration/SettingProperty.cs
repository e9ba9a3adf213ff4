using System.Reflection;

namespace Chat.Server.Configuration;

/// <summary>A property of an options type that the configuration sets: a value, or a list.</summary>
/// <param name="Property">The property. Its name is the key.</param>
/// <param name="ItemType">The type of a list's items; null for a value.</param>
internal sealed record SettingProperty(PropertyInfo Property, Type? ItemType)
{
    public string Name => Property.Name;

    public static IEnumerable<SettingProperty> Of(Type options) =>
        options.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Select(property => new SettingProperty(property, ItemTypeOf(property.PropertyType)))
            .Where(setting => setting.ItemType is not null || setting.Property.SetMethod is { IsPublic: true });

    /// <summary>Returns whether a value of the type is one text in the configuration.</summary>
    public static bool IsValue(Type type) => type == typeof(string) || type.IsValueType;

    private static Type? ItemTypeOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) ? type.GetGenericArguments()[0] : null;
}
