using System.Runtime.CompilerServices;

namespace Chat.Server.Tests.Running;

/// <summary>The environment of the processes that tests start.</summary>
internal static class ChildEnvironment
{
    /// <summary>Lets them compile with optimization, as users' processes do. <c>tests/run.sh</c> turns it off for the tests' own process.</summary>
    [ModuleInitializer]
    public static void UseOptimization() => Environment.SetEnvironmentVariable("DOTNET_JITMinOpts", null);
}
