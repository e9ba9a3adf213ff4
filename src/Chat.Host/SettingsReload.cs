namespace Chat.Hosting;

/// <summary>Makes the framework look every few seconds whether a settings file or a certificate has changed.</summary>
/// <remarks>By default it watches the whole folder and all folders in it. The log is in one of them: every commit would wake the watcher.</remarks>
internal static class SettingsReload
{
    private const string Switch = "DOTNET_USE_POLLING_FILE_WATCHER";

    /// <summary>Comes before the first file provider: each reads the variable once. An operator's own value stays.</summary>
    public static void UsePolling()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Switch)))
            Environment.SetEnvironmentVariable(Switch, "1");
    }
}
