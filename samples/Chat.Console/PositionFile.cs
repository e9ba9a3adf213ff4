using System.Security.Cryptography;
using System.Text;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Remembers what a user has seen on a server, so that the next start goes on from there. A second console of the same user remembers
/// nothing: each has seen something else.</summary>
internal sealed class PositionFile : IDisposable
{
    // Always the same length: one write replaces all of the old, and a process that is killed leaves the one or the other.
    private const int Bytes = 64;

    private readonly FileStream? file;

    public PositionFile(Uri server, string user)
    {
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "Chat.Console");
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}\n{user}"))[..8]);
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Output.Say($"what you see here is not remembered for the next start: {e.Message}");
        }
    }

    public Position? Read()
    {
        if (file is null)
            return null;
        var bytes = new byte[Bytes];
        var read = RandomAccess.Read(file.SafeFileHandle, bytes, fileOffset: 0);
        return Position.TryParse(Encoding.ASCII.GetString(bytes, 0, read).TrimEnd(), out var position) ? position : null;
    }

    public void Write(Position position)
    {
        if (file is not null)
            RandomAccess.Write(file.SafeFileHandle, Encoding.ASCII.GetBytes(position.ToString().PadRight(Bytes)), fileOffset: 0);
    }

    public void Dispose() => file?.Dispose();
}
