using System.Text.Json;
using Chat.Client;

namespace Chat.Terminal;

/// <summary>Stores positions in a file that this process locks.</summary>
/// <remarks>Each save replaces the file: a killed process leaves the old or the new one. The file is not flushed to the disk: after a power cut it may
/// be older, and messages come again.</remarks>
internal sealed class FilePositionStore : IPositionStore, IDisposable
{
    private readonly string path;
    private readonly FileStream lockFile;
    private readonly Dictionary<string, Dictionary<string, string>> positions;

    /// <summary>Opens or creates the file. Use one file for each server: positions are valid on one server only.</summary>
    /// <exception cref="IOException">Another process has locked the file, or it cannot be read or created.</exception>
    /// <exception cref="InvalidDataException">The file is not a file of positions.</exception>
    public FilePositionStore(string path)
    {
        this.path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(this.path)!);
        // The lock is another file, because each save replaces the file itself.
        lockFile = new FileStream(this.path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            positions = File.Exists(this.path) ? JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(File.ReadAllText(this.path)) ?? [] : [];
        }
        catch (JsonException e)
        {
            lockFile.Dispose();
            throw new InvalidDataException($"{this.path} is not a file of positions.", e);
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

    /// <summary>Unlocks the file.</summary>
    public void Dispose() => lockFile.Dispose();

    private Dictionary<string, string> Of(string user) => positions.GetValueOrDefault(user) ?? (positions[user] = []);
}
