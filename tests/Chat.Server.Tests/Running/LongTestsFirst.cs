using Chat.Server.Tests.Running;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Chat.Server.Tests.Running." + nameof(LongTestsFirst), "Chat.Server.Tests")]

namespace Chat.Server.Tests.Running;

/// <summary>Starts the heavy tests and the long classes first, so that the short ones keep all threads busy to the end.</summary>
public sealed class LongTestsFirst : ITestCollectionOrderer
{
    private const string Prefix = "Test collection for ";

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == HeavyLoad.Name)
            .ThenByDescending(collection => IsLong(collection.DisplayName.Replace(Prefix, "", StringComparison.Ordinal)))
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    private static bool IsLong(string className) =>
        typeof(LongTestsFirst).Assembly.GetType(className) is { } tests
        && tests.GetCustomAttributesData().Any(attribute => attribute.AttributeType == typeof(TraitAttribute) && attribute.ConstructorArguments is [_, { Value: "Long" }]);
}
