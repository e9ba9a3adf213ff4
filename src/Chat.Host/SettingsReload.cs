namespace Chat.Hosting;

/// <summary>Makes the framework poll settings files and certificates for changes every few seconds.</summary>
/// <remarks>By default it watches the content root with all its folders. One of them holds the log: every commit would wake the watcher.</remarks>
internal static class SettingsReload
{
    private const string Switch = "DOTNET_USE_POLLING_FILE_WATCHER";

    /// <summary>Must run before the first file provider is created: each reads the variable once. An operator's own value stays.</summary>
    public static void UsePolling()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Switch)))
            Environment.SetEnvironmentVariable(Switch, "1");
    }
}
