namespace Chat.Server.Configuration;

/// <summary>A section of the configuration and the options type that is read from it.</summary>
internal sealed record SettingsSection(string Path, Type Options);

/// <summary>The tree of the keys that the server reads, built from the options of its features.</summary>
internal sealed class KnownSettings
{
    // Stands for any index in the path of a list item.
    private const string AnyIndex = "0";

    private readonly Node root = new();

    public KnownSettings(IEnumerable<SettingsSection> sections)
    {
        foreach (var section in sections)
            Add(section.Path.Split(ConfigurationPath.KeyDelimiter).Aggregate(root, (node, name) => node.Child(name)), section.Options);
        Keys = [.. Paths(root, "")];
    }

    /// <summary>Every key that can have a value; the index of a list item is 0.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Returns the keys in the server's sections that the server does not read, if they have a value or no children.</summary>
    public IEnumerable<string> Unread(IConfiguration configuration) =>
        root.Children.SelectMany(child => Unread(configuration.GetSection(child.Key), child.Value));

    private static IEnumerable<string> Unread(IConfigurationSection section, Node? node)
    {
        var children = section.GetChildren().ToList();
        // A list with a value is not reported here: it stops the start.
        if (node is null ? section.Value is not null || children.Count == 0 : node.IsSection && section.Value is { Length: > 0 })
            yield return section.Path;
        foreach (var unread in children.SelectMany(child => Unread(child, node?.Find(child.Key))))
            yield return unread;
    }

    private static void Add(Node node, Type options)
    {
        foreach (var setting in SettingProperty.Of(options))
        {
            var child = node.Child(setting.Name);
            if (setting.ItemType is not { } item)
                continue;
            child.Item = new Node();
            if (!SettingProperty.IsValue(item))
                Add(child.Item, item);
        }
    }

    private static IEnumerable<string> Paths(Node node, string path)
    {
        if (node.Item is { } item)
            return Paths(item, $"{path}{ConfigurationPath.KeyDelimiter}{AnyIndex}");
        return node.IsSection
            ? node.Children.SelectMany(child => Paths(child.Value, path.Length == 0 ? child.Key : ConfigurationPath.Combine(path, child.Key)))
            : [path];
    }

    private sealed class Node
    {
        // Configuration keys ignore case.
        public Dictionary<string, Node> Children { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The keys of a list item; null when this is not a list.</summary>
        public Node? Item { get; set; }

        public bool IsSection => Children.Count > 0;

        public Node Child(string name)
        {
            if (!Children.TryGetValue(name, out var child))
                Children.Add(name, child = new Node());
            return child;
        }

        public Node? Find(string name) => Item ?? Children.GetValueOrDefault(name);
    }
}
