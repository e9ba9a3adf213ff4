using System.Text.Json;
using Chat.Client;

namespace Chat.Terminal;

/// <summary>Remembers positions in a file that this process has to itself.</summary>
/// <remarks>The file is replaced as a whole: a process that is killed leaves the old or the new. It is not forced to the disk: after a power
/// cut it may be older than what was taken, and messages come again.</remarks>
internal sealed class FilePositionStore : IPositionStore, IDisposable
{
    private readonly string path;
    private readonly FileStream owned;
    private readonly Dictionary<string, Dictionary<string, string>> positions;

    /// <summary>Opens the file, or a new one. One file serves one server: positions of another mean nothing there.</summary>
    /// <exception cref="IOException">Another process has it, or it cannot be read or made.</exception>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public FilePositionStore(string path)
    {
        this.path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(this.path)!);
        // Beside it, because the file itself is another after each save.
        owned = new FileStream(this.path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            positions = File.Exists(this.path) ? JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(File.ReadAllText(this.path)) ?? [] : [];
        }
        catch (JsonException e)
        {
            owned.Dispose();
            throw new InvalidDataException($"{this.path} holds no positions.", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(string user, CancellationToken cancellationToken)
    {
        lock (positions)
            return new(new Dictionary<string, string>(Of(user)));
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(string user, string stream, string? position)
    {
        lock (positions)
        {
            var saved = Of(user);
            if (position is null)
                saved.Remove(stream);
            else
                saved[stream] = position;
            File.WriteAllText(path + ".new", JsonSerializer.Serialize(positions));
            File.Move(path + ".new", path, overwrite: true);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets another process have the file.</summary>
    public void Dispose() => owned.Dispose();

    private Dictionary<string, string> Of(string user) => positions.GetValueOrDefault(user) ?? (positions[user] = []);
}
