using System.Security.Cryptography;
using System.Text;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Remembers what a user has seen on a server, so that the next start goes on from there.</summary>
internal sealed class PositionFile(Uri server, string user)
{
    private readonly string path = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "Chat.Console",
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}{user}"))[..8]));

    public Position? Read() => File.Exists(path) && Position.TryParse(File.ReadAllText(path), out var position) ? position : null;

    public void Write(Position position)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", position.ToString());
        File.Move(path + ".new", path, overwrite: true);
    }
}
