namespace Chat.Server.Configuration;

/// <summary>A section of the configuration, and the options that are read from it.</summary>
internal sealed record SettingsSection(string Path, Type Options);

/// <summary>The keys that the server reads, as a tree; it comes from the options that the features add.</summary>
internal sealed class KnownSettings
{
    // Stands for the index in the path of a list's item.
    private const string AnyIndex = "0";

    private readonly Node root = new();

    public KnownSettings(IEnumerable<SettingsSection> sections)
    {
        foreach (var section in sections)
            Add(section.Path.Split(ConfigurationPath.KeyDelimiter).Aggregate(root, (node, name) => node.Child(name)), section.Options);
        Keys = [.. Paths(root, "")];
    }

    /// <summary>Every key that has a value; the index of a list's item is 0.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The keys under the server's sections that have a value, or nothing under them, and that the server does not read.</summary>
    public IEnumerable<string> Unread(IConfiguration configuration) =>
        root.Children.SelectMany(child => Unread(configuration.GetSection(child.Key), child.Value));

    private static IEnumerable<string> Unread(IConfigurationSection section, Node? node)
    {
        var children = section.GetChildren().ToList();
        // A list that has a value of its own stops the start.
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
        return node.IsSection ? node.Children.SelectMany(child => Paths(child.Value, path.Length == 0 ? child.Key : ConfigurationPath.Combine(path, child.Key))) : [path];
    }

    private sealed class Node
    {
        // The configuration does not tell upper case from lower case.
        public Dictionary<string, Node> Children { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The type of a list's items; null when it is no list.</summary>
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
