namespace Chat.Server.Messaging;

/// <summary>Names that belong to the server: nobody is them, nobody writes to them.</summary>
internal sealed class ReservedNames(params IReadOnlyCollection<string> names)
{
    public bool Contains(string name) => names.Contains(name, StringComparer.Ordinal);
}
