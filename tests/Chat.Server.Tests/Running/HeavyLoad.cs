namespace Chat.Server.Tests.Running;

/// <summary>The collection of tests that load all cores. They run one after the other: together they would keep each other, and the rest, from
/// answering in time.</summary>
[CollectionDefinition(Name)]
public sealed class HeavyLoad
{
    public const string Name = "Heavy load";
}
