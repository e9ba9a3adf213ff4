using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Chat.Server.Storage.Sqlite.Files;

/// <summary>Renames a finished file so that its content and its name survive a power cut.</summary>
internal static class DurableFile
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The file cannot be renamed, or another file has the name.</exception>
    public static void Publish(string temporary, string path)
    {
        // Some versions of SQLite do not flush the file of VACUUM INTO.
        using (var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);
        File.Move(temporary, path, overwrite: false);
        if (!OperatingSystem.IsWindows())
            FlushFolder(Path.GetDirectoryName(path)!);
    }

    // .NET cannot open a folder.
    private static void FlushFolder(string folder)
    {
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} cannot be opened.", new Win32Exception());
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"The folder {folder} cannot be written to its disk.", new Win32Exception());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
