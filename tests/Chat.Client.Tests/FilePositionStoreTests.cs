using Chat.Terminal;

namespace Chat.Client.Tests;

/// <summary>The positions of samples/Chat.Console.</summary>
public sealed class FilePositionStoreTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task SavedPositions_AreLoadedByTheNextProcess()
    {
        using (var store = new FilePositionStore(folder.File))
        {
            await store.SaveAsync("alice", "alice", "k3v9.1");
            await store.SaveAsync("alice", "alice", "k3v9.2");
            await store.SaveAsync("alice", "#garden", "k3v9.7");
            await store.SaveAsync("bob", "#garden", "k3v9.9");
            await store.SaveAsync("bob", "#garden", null);
        }
        using var next = new FilePositionStore(folder.File);
        (await next.LoadAsync("alice", default)).Should().Equal(new Dictionary<string, string> { ["alice"] = "k3v9.2", ["#garden"] = "k3v9.7" });
        (await next.LoadAsync("bob", default)).Should().BeEmpty();
    }

    [Fact]
    public void File_IsLocked()
    {
        using (new FilePositionStore(folder.File))
            this.Invoking(test => new FilePositionStore(test.folder.File)).Should().Throw<IOException>();
        new FilePositionStore(folder.File).Dispose();
    }

    [Fact]
    public void OtherFile_IsRefusedAndUnchanged()
    {
        File.WriteAllText(folder.File, "a letter");
        this.Invoking(test => new FilePositionStore(test.folder.File)).Should().Throw<InvalidDataException>();
        File.ReadAllText(folder.File).Should().Be("a letter");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "alice": null }""")]
    [InlineData("""{ "alice": {} }""")]
    public async Task FileWithoutPositions_IsEmpty(string content)
    {
        File.WriteAllText(folder.File, content);
        using var store = new FilePositionStore(folder.File);
        (await store.LoadAsync("alice", default)).Should().BeEmpty();
        await store.SaveAsync("alice", "alice", "k3v9.1");
        (await store.LoadAsync("alice", default)).Should().ContainSingle();
    }
}
